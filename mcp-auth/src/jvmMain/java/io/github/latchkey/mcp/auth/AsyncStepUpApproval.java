package io.github.latchkey.mcp.auth;

import java.util.concurrent.CompletionStage;

/** The Java twin of {@link StepUpApproval}; see {@link StepUpApprovals#async}. */
@FunctionalInterface
public interface AsyncStepUpApproval {
    /** Completes with whether to ask for more. A {@code CompletableFuture} is cancelled when the request is. */
    CompletionStage<Boolean> isApproved(StepUp stepUp);
}
