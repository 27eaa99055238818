package io.github.latchkey.mcp.auth.internal.discovery

import io.github.latchkey.mcp.transport.HttpChallenge

/**
 * What the challenges of one answer say about OAuth: those of `Bearer` (RFC 6750 §3) and of `DPoP` (RFC 9449 §7.1).
 *
 * @property isDpop whether a bound token is asked for, or would do
 * @property dpopAlgorithms what the proofs may be signed with, empty if that is not said
 */
internal class OAuthChallenge(
    val resourceMetadata: String?,
    val scopes: List<String>?,
    val error: String?,
    val isDpop: Boolean = false,
    val dpopError: String? = null,
    val dpopAlgorithms: List<String> = emptyList(),
) {
    companion object {
        fun of(challenges: List<HttpChallenge>): OAuthChallenge {
            val ours = challenges.filter { it.scheme.lowercase() in setOf("bearer", "dpop") }
            val first = { name: String -> ours.firstNotNullOfOrNull { it.parameters[name] } }
            val dpop = ours.filter { it.scheme.equals("DPoP", ignoreCase = true) }
            return OAuthChallenge(
                resourceMetadata = first("resource_metadata"),
                scopes = first("scope")?.let(::scopesOf)?.takeIf { it.isNotEmpty() },
                error = first("error"),
                isDpop = dpop.isNotEmpty(),
                dpopError = dpop.firstNotNullOfOrNull { it.parameters["error"] },
                dpopAlgorithms = dpop.firstNotNullOfOrNull { it.parameters["algs"] }?.let(::scopesOf).orEmpty(),
            )
        }
    }
}

/** The scopes of a space-separated list (RFC 6749 §3.3). */
internal fun scopesOf(text: String): List<String> = text.split(' ').filter { it.isNotEmpty() }.distinct()
