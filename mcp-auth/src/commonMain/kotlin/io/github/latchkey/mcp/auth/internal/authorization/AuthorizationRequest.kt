package io.github.latchkey.mcp.auth.internal.authorization

import io.github.latchkey.mcp.auth.CodeVerifier
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.github.latchkey.mcp.auth.internal.url.formEncode

/**
 * One request for an authorization code, with what its answer is checked against: the state, the verifier and the issuer are kept together
 * so that an answer from elsewhere cannot be taken for it (MCP 2026-07-28, Authorization Response Validation).
 *
 * @property clientId null only for a request that is shown and never made
 * @property resource null where no resource is meant: at an identity provider
 * @property nonce what the ID token is to repeat, where one is wanted (OpenID Connect Core §3.1.2.1)
 * @property dpopKeyThumbprint the key that the code is to be bound to (RFC 9449 §10)
 */
internal class AuthorizationRequest(
    val server: AuthorizationServer,
    val endpoint: HttpUrl,
    val clientId: String?,
    val redirectUri: String,
    val resource: String?,
    val scopes: List<String>,
    val state: String,
    val verifier: CodeVerifier,
    val nonce: String? = null,
    val dpopKeyThumbprint: String? = null,
) {
    /** The URL to open. A query that the endpoint has already is kept (RFC 6749 §3.1). */
    fun url(codeChallenge: String): String {
        val base = endpoint.value.substringBefore('#')
        val separator = if (endpoint.query == null) {
            '?'
        } else if (endpoint.query.isEmpty()) {
            ""
        } else {
            "&"
        }
        return "$base$separator" + formEncode(parameters(codeChallenge))
    }

    private fun parameters(codeChallenge: String): List<Pair<String, String>> =
        listOfNotNull(
            "response_type" to "code",
            clientId?.let { "client_id" to it },
            "redirect_uri" to redirectUri,
            "state" to state,
            "code_challenge" to codeChallenge,
            "code_challenge_method" to "S256",
            resource?.let { "resource" to it },
            nonce?.let { "nonce" to it },
            dpopKeyThumbprint?.let { "dpop_jkt" to it },
            scopes.takeIf { it.isNotEmpty() }?.let { "scope" to it.joinToString(" ") },
        )

    override fun toString(): String = "AuthorizationRequest(${endpoint.withoutQuery})"
}
