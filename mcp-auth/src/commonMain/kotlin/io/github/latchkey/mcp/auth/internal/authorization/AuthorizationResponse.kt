package io.github.latchkey.mcp.auth.internal.authorization

import io.github.latchkey.mcp.auth.AuthorizationCode
import io.github.latchkey.mcp.auth.AuthorizationFailedException
import io.github.latchkey.mcp.auth.AuthorizationStep.AUTHORIZATION
import io.github.latchkey.mcp.auth.authorizationFailed
import io.github.latchkey.mcp.auth.internal.OAuthError
import io.github.latchkey.mcp.auth.internal.refused
import io.github.latchkey.mcp.auth.internal.url.formDecode

/**
 * The code in the [redirect] that answers [request]. First the state, then the issuer, and only then what is in it: an answer that is not
 * for us, or from somebody else, is neither used nor shown (RFC 6749 §10.12, RFC 9207 §2.4, MCP 2026-07-28).
 */
internal fun authorizationCode(redirect: String, request: AuthorizationRequest): AuthorizationCode {
    val parameters = parametersOf(redirect, request)
    val value = { name: String -> parameters.firstOrNull { it.first == name }?.second }
    repeated(parameters)?.let { throw request.rejected("the redirect repeats its parameter $it", expected = "each parameter once") }
    checkState(value("state"), request)
    checkIssuer(value("iss"), request)
    value("error")?.let {
        throw denied(OAuthError.of(it, value("error_description"), listOf(request.state, request.verifier.value)), request)
    }
    return AuthorizationCode(
        value("code")?.takeIf {
            it.isNotEmpty()
        } ?: throw request.rejected("the redirect has neither a code nor an error"),
    )
}

private fun parametersOf(redirect: String, request: AuthorizationRequest): List<Pair<String, String>> {
    val url = redirect.substringBefore('#')
    if ("://" in url.substringBefore('?') && url.substringBefore('?') != request.redirectUri) {
        throw request.rejected(
            "the authorization server redirected to ${url.substringBefore('?').take(200)}",
            expected = request.redirectUri,
        )
    }
    return formDecode(if ('?' in url) url.substringAfter('?') else url)
}

private fun repeated(parameters: List<Pair<String, String>>): String? =
    listOf("state", "iss", "code", "error").firstOrNull { name -> parameters.count { it.first == name } > 1 }

private fun checkState(state: String?, request: AuthorizationRequest) {
    if (state == null) throw request.rejected("the redirect has no state", expected = "the state of the authorization request")
    if (state !=
        request.state
    ) {
        throw request.rejected("the redirect has another state", expected = "the state of the authorization request")
    }
}

/** The table of MCP 2026-07-28, Authorization Response Validation. Strings, as they are: `https://a` is not `https://a/`. */
private fun checkIssuer(iss: String?, request: AuthorizationRequest) {
    val issuer = request.server.issuer
    if (iss == null && request.server.authorizationResponseIssParameterSupported) {
        throw request.rejected("the redirect has no iss, although the authorization server promised one", expected = issuer)
    }
    if (iss != null && iss != issuer) throw request.rejected("the redirect is from another issuer", expected = issuer)
}

private fun denied(error: OAuthError, request: AuthorizationRequest): AuthorizationFailedException {
    val remedy =
        when (error.error) {
            "access_denied" -> "sign in again and consent"
            "invalid_scope" -> "ask for other scopes"
            "temporarily_unavailable", "server_error" -> "try again later"
            else -> "report this to the operator of the authorization server"
        }
    return refused(
        AUTHORIZATION,
        request.endpoint,
        "refused",
        error,
        response = null,
        remedy,
    )
}

private fun AuthorizationRequest.rejected(message: String, expected: String? = null): AuthorizationFailedException =
    authorizationFailed(
        AUTHORIZATION,
        endpoint.withoutQuery,
        message,
        "sign in again; if it happens again, report it to the operator of the authorization server",
        expected,
    )
