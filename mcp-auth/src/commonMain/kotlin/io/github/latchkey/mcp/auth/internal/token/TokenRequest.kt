package io.github.latchkey.mcp.auth.internal.token

import io.github.latchkey.mcp.auth.AuthorizationCode
import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.RefreshToken
import io.github.latchkey.mcp.auth.internal.Assertion
import io.github.latchkey.mcp.auth.internal.authorization.AuthorizationRequest

/**
 * What a token endpoint is asked, but for the client authentication. Its [toString] leaves everything out.
 *
 * @property secrets the values among [parameters] that are never to be shown, even if the server repeats them
 */
internal class TokenRequest private constructor(
    val step: AuthorizationStep,
    val parameters: List<Pair<String, String>>,
    val secrets: List<String>,
) {
    val grantType: String get() = parameters.first().second

    override fun toString(): String = "TokenRequest($grantType)"

    companion object {
        const val JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
        const val TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
        const val DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
        const val ID_JAG = "urn:ietf:params:oauth:token-type:id-jag"

        /** RFC 6749 §4.1.3, RFC 7636 §4.5, RFC 8707 §2.2. */
        fun code(code: AuthorizationCode, request: AuthorizationRequest): TokenRequest =
            TokenRequest(
                AuthorizationStep.TOKEN,
                listOfNotNull(
                    "grant_type" to "authorization_code",
                    "code" to code.value,
                    "redirect_uri" to request.redirectUri,
                    "code_verifier" to request.verifier.value,
                    request.resource?.let { "resource" to it },
                ),
                secrets = listOf(code.value, request.verifier.value),
            )

        /** RFC 6749 §6. The `scope` is left out: it stays what it was. [resource] is null where no resource is meant: at an identity provider. */
        fun refresh(token: RefreshToken, resource: String?): TokenRequest =
            TokenRequest(
                AuthorizationStep.REFRESH,
                listOfNotNull(
                    "grant_type" to "refresh_token",
                    "refresh_token" to token.value,
                    resource?.let { "resource" to it },
                ),
                secrets = listOf(token.value),
            )

        /** RFC 6749 §4.4.2. */
        fun clientCredentials(resource: String, scopes: List<String>): TokenRequest =
            TokenRequest(
                AuthorizationStep.TOKEN,
                listOfNotNull("grant_type" to "client_credentials", "resource" to resource, scopeOf(scopes)),
                secrets = emptyList(),
            )

        /** RFC 7523 §2.1. */
        fun jwtBearer(assertion: Assertion, resource: String, scopes: List<String>): TokenRequest =
            TokenRequest(
                AuthorizationStep.TOKEN,
                listOfNotNull("grant_type" to JWT_BEARER, "assertion" to assertion.value, "resource" to resource, scopeOf(scopes)),
                secrets = listOf(assertion.value),
            )

        /** RFC 8628 §3.4. */
        fun device(deviceCode: Assertion, resource: String): TokenRequest =
            TokenRequest(
                AuthorizationStep.TOKEN,
                listOf("grant_type" to DEVICE_CODE, "device_code" to deviceCode.value, "resource" to resource),
                secrets = listOf(deviceCode.value),
            )

        /** For an ID-JAG that [audience] is to take for [resource] (RFC 8693 §2.1; Enterprise-Managed Authorization §4). */
        fun exchange(
            subjectToken: Assertion,
            subjectTokenType: String,
            audience: String,
            resource: String,
            scopes: List<String>,
        ): TokenRequest =
            TokenRequest(
                AuthorizationStep.TOKEN_EXCHANGE,
                listOfNotNull(
                    "grant_type" to TOKEN_EXCHANGE,
                    "requested_token_type" to ID_JAG,
                    "subject_token" to subjectToken.value,
                    "subject_token_type" to subjectTokenType,
                    "audience" to audience,
                    "resource" to resource,
                    scopeOf(scopes),
                ),
                secrets = listOf(subjectToken.value),
            )

        private fun scopeOf(scopes: List<String>): Pair<String, String>? =
            scopes.takeIf { it.isNotEmpty() }?.let { "scope" to it.joinToString(" ") }
    }
}
