package io.github.latchkey.mcp.auth.internal.token

import io.github.latchkey.mcp.auth.AuthorizationCode
import io.github.latchkey.mcp.auth.AuthorizationFailedException
import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.AuthorizationStep.REFRESH
import io.github.latchkey.mcp.auth.AuthorizationStep.TOKEN
import io.github.latchkey.mcp.auth.Grant
import io.github.latchkey.mcp.auth.RefreshToken
import io.github.latchkey.mcp.auth.authorizationFailed
import io.github.latchkey.mcp.auth.internal.MalformedDocumentException
import io.github.latchkey.mcp.auth.internal.OAuthError
import io.github.latchkey.mcp.auth.internal.SignInHttp
import io.github.latchkey.mcp.auth.internal.authorization.AuthorizationRequest
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.refused
import io.github.latchkey.mcp.auth.internal.registration.OAuthClient
import io.github.latchkey.mcp.auth.internal.unusable
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.github.latchkey.mcp.auth.internal.url.formEncode
import io.github.latchkey.mcp.transport.HttpFetcher.Response
import kotlin.time.Clock

/** Asks the token endpoint of [server] in the name of [client]. Bodies of requests and answers go nowhere else: they hold secrets. */
internal class TokenEndpoint(
    private val http: SignInHttp,
    private val clock: Clock,
    private val server: AuthorizationServer,
    private val client: OAuthClient,
) {
    /** RFC 6749 §4.1.3, RFC 7636 §4.5, RFC 8707 §2.2. */
    suspend fun redeem(code: AuthorizationCode, request: AuthorizationRequest): Grant =
        ask(
            TOKEN,
            listOf(
                "grant_type" to "authorization_code",
                "code" to code.value,
                "redirect_uri" to request.redirectUri,
                "code_verifier" to request.verifier.value,
                "resource" to request.resource,
            ),
            secrets = listOf(code.value, request.verifier.value),
            requestedScopes = request.scopes,
        )

    /** RFC 6749 §6. The `scope` is left out: it stays what it was. A refresh token that is not replaced stays good. */
    suspend fun refresh(token: RefreshToken, resource: String, requestedScopes: List<String>, grantedScopes: List<String>): Grant {
        val parameters = listOf("grant_type" to "refresh_token", "refresh_token" to token.value, "resource" to resource)
        val grant = ask(REFRESH, parameters, secrets = listOf(token.value), grantedScopes)
        return Grant(grant.accessToken, grant.refreshToken ?: token, requestedScopes, grant.grantedScopes, grant.obtainedAt)
    }

    private suspend fun ask(
        step: AuthorizationStep,
        parameters: List<Pair<String, String>>,
        secrets: List<String>,
        requestedScopes: List<String>,
    ): Grant {
        val url = server.tokenEndpoint ?: throw missingEndpoint(server, "token_endpoint")
        val authentication = authenticate(client, server, step)
        val headers = mapOf("Content-Type" to "application/x-www-form-urlencoded") + authentication.headers
        val now = clock.now()
        val response = http.post(step, url, headers, formEncode(parameters + authentication.parameters))
        val known = secrets + listOfNotNull(client.clientSecret?.value)
        OAuthError.find(response)?.let { throw refusal(step, url, it.without(known), response) }
        if (response.status !in 200..299) throw unusable(step, url, "answered HTTP ${response.status}", response)
        return try {
            parseGrant(response.body, requestedScopes, now)
        } catch (expected: MalformedDocumentException) {
            throw unusable(step, url, "answered a token that ${expected.problem}", response, "an object with a Bearer token")
        }
    }

    private fun refusal(step: AuthorizationStep, url: HttpUrl, error: OAuthError, response: Response): AuthorizationFailedException {
        val remedy =
            when (error.error) {
                "invalid_grant" -> "sign in again"
                "invalid_client", "unauthorized_client" -> "check the client id and secret, or sign in again to register anew"
                else -> "report this to the operator of the authorization server"
            }
        return refused(step, url, if (step == TOKEN) "refused to give a token" else "refused to renew the token", error, response, remedy)
    }
}

internal fun missingEndpoint(server: AuthorizationServer, name: String): AuthorizationFailedException =
    authorizationFailed(
        AuthorizationStep.SERVER_METADATA,
        server.issuer,
        "the authorization server ${server.issuer} has no $name",
        "report this to the operator of the authorization server",
        expected = "$name in its metadata",
    )
