package io.github.latchkey.mcp.auth;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The Java twin of {@link DevicePrompt}; see {@link DevicePrompts#async}. */
@FunctionalInterface
public interface AsyncDevicePrompt {
    /**
     * Shows {@code authorization} to somebody. The stage completes when it has been shown, or when it is not to be shown any more: the sign-in goes on
     * by itself, and cancels a {@code CompletableFuture} when it is over. Exceptionally ends the sign-in.
     */
    CompletionStage<? extends @Nullable Object> show(DeviceAuthorization authorization);
}
