package io.github.latchkey.mcp.auth;

import java.util.concurrent.CompletionStage;

/** The Java twin of {@link AssertionSource}; see {@link AssertionSources#async}. */
@FunctionalInterface
public interface AsyncAssertionSource {
    /**
     * The stage completes with an assertion for {@code audience} that is good now; exceptionally if that cannot be had. A
     * {@code CompletableFuture} is cancelled with the request that needs it.
     */
    CompletionStage<String> assertion(String audience);
}
