package io.github.latchkey.mcp.auth.internal.registration

import io.github.latchkey.mcp.auth.AuthorizationStep.REGISTRATION
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.auth.authorizationFailed
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock

/** Keeps the application's own client, or the assertion that stands for it, with the authorization server that knows it (MCP 2026-07-28, Authorization Server Binding). */
internal class GivenClientBinding(
    private val options: OAuthOptions,
) {
    private val mutex = Mutex() // guards issuer
    private var issuer: String? = options.clientIssuer

    /** Whether the given client may be shown to [wanted]. The first one that is asked about is the one. */
    suspend fun accepts(wanted: String): Boolean = boundIssuer(wanted) == wanted

    /** Throws unless the given client may be shown to [wanted]. */
    suspend fun require(wanted: String) {
        val bound = boundIssuer(wanted)
        if (bound == wanted) return
        throw authorizationFailed(
            REGISTRATION,
            wanted,
            "$credential belongs to $bound, and the server now names $wanted",
            "configure one for $wanted, or none",
            expected = bound,
        )
    }

    private val credential: String get() = options.clientId?.let { "the client $it" } ?: "the assertion"

    private suspend fun boundIssuer(wanted: String): String = mutex.withLock { issuer ?: wanted.also { issuer = it } }
}
