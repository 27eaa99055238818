package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase

/** Where the person is: shows the authorization URL to somebody and yields what the authorization server answered. */
public interface AuthorizationPrompt {
    /** Whether there is somebody to ask. If not, a sign-in that needs a person fails at once. */
    public val isInteractive: Boolean get() = true

    /**
     * Gets ready to receive one redirect, before its address is told to anybody. [registeredRedirectUris] are those of a client that is
     * registered already; receiving at one of them saves another registration.
     */
    public suspend fun prepare(registeredRedirectUris: List<String>): RedirectReceiver
}

/** Receives the redirect of one sign-in. Closed by the sign-in, however it ends. */
public interface RedirectReceiver : AutoCloseable {
    /** The very URI to register and to send: loopback or `https` (MCP, Communication Security). */
    public val redirectUri: String

    /**
     * Shows [url] and suspends until the authorization server has redirected to [redirectUri]; returns that URL, or just its query.
     * The sign-in checks it, `state` included. Cancelled with its caller.
     */
    public suspend fun authorize(url: AuthorizationUrl): String

    /** Tells the person how the sign-in ended; [failure] is null if it succeeded. */
    public suspend fun report(failure: McpException?) {}

    override fun close() {}
}

/** Nobody is there to ask: fails at once, with the URL it would have opened. */
public object NonInteractivePrompt : AuthorizationPrompt {
    override val isInteractive: Boolean get() = false

    override suspend fun prepare(registeredRedirectUris: List<String>): RedirectReceiver =
        Refusal(registeredRedirectUris.firstOrNull() ?: "http://127.0.0.1/callback")

    private class Refusal(
        override val redirectUri: String,
    ) : RedirectReceiver {
        override suspend fun authorize(url: AuthorizationUrl): String {
            val details = FailureDetails(Phase.AUTHORIZE, url.endpoint, "run this where a person can sign in, or configure a token")
            throw AuthorizationFailedException(
                "a person must sign in at ${url.endpoint}, and none can be asked",
                AuthorizationStep.AUTHORIZATION,
                details,
                authorizationUrl = url.value,
            )
        }
    }
}
