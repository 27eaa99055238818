package io.github.latchkey.mcp.auth.internal.discovery

import io.github.latchkey.mcp.transport.HttpChallenge

/** What the challenges of one answer say about OAuth: those of `Bearer` (RFC 6750 §3) and of `DPoP` (RFC 9449 §7.1). */
internal class OAuthChallenge(
    val resourceMetadata: String?,
    val scopes: List<String>?,
    val error: String?,
) {
    companion object {
        fun of(challenges: List<HttpChallenge>): OAuthChallenge {
            val ours = challenges.filter { it.scheme.lowercase() in setOf("bearer", "dpop") }
            val first = { name: String -> ours.firstNotNullOfOrNull { it.parameters[name] } }
            return OAuthChallenge(first("resource_metadata"), first("scope")?.let(::scopesOf)?.takeIf { it.isNotEmpty() }, first("error"))
        }
    }
}

/** The scopes of a space-separated list (RFC 6749 §3.3). */
internal fun scopesOf(text: String): List<String> = text.split(' ').filter { it.isNotEmpty() }.distinct()
