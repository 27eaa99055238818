package io.github.latchkey.mcp.auth;

import java.util.concurrent.CompletionStage;

/** The Java twin of {@link AuthorizationPrompt}, for one fixed redirect URI; see {@link AuthorizationPrompts#fixedRedirect}. */
@FunctionalInterface
public interface AsyncAuthorizationPrompt {
    /**
     * Shows {@code url} to somebody. The stage completes with the URL that the authorization server redirected to, or just its query;
     * exceptionally if that cannot be had. A {@code CompletableFuture} is cancelled when the sign-in is.
     */
    CompletionStage<String> authorize(AuthorizationUrl url);
}
