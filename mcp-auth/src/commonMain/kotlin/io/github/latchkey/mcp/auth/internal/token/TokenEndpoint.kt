package io.github.latchkey.mcp.auth.internal.token

import io.github.latchkey.mcp.auth.AuthorizationFailedException
import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.Dpop
import io.github.latchkey.mcp.auth.Grant
import io.github.latchkey.mcp.auth.RefreshToken
import io.github.latchkey.mcp.auth.authorizationFailed
import io.github.latchkey.mcp.auth.internal.MalformedDocumentException
import io.github.latchkey.mcp.auth.internal.OAuthContext
import io.github.latchkey.mcp.auth.internal.OAuthError
import io.github.latchkey.mcp.auth.internal.SignInHttp
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.dpop.DpopProver
import io.github.latchkey.mcp.auth.internal.dpop.DpopServer
import io.github.latchkey.mcp.auth.internal.refused
import io.github.latchkey.mcp.auth.internal.registration.OAuthClient
import io.github.latchkey.mcp.auth.internal.unusable
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.github.latchkey.mcp.auth.internal.url.formEncode
import io.github.latchkey.mcp.transport.HttpFetcher.Response
import kotlin.time.Instant

/**
 * Asks the token endpoint of [server] in the name of [client], with proofs of [prover] if there is one. Bodies of requests and answers
 * go nowhere else: they hold secrets.
 */
internal class TokenEndpoint(
    private val http: SignInHttp,
    private val context: OAuthContext,
    private val server: AuthorizationServer,
    private val client: OAuthClient,
    private val prover: DpopProver?,
) {
    private val authenticator = ClientAuthenticator(context.options, context.crypto)

    /** What is granted to [request], which asks for [scopes]. */
    suspend fun grant(request: TokenRequest, scopes: List<String>): Grant =
        ask(request) { text, now -> parseGrant(text, scopes, now, prover?.thumbprint, context.options.dpop == Dpop.REQUIRED) }

    /** A refresh token that is not replaced stays good (RFC 6749 §6). */
    suspend fun refresh(token: RefreshToken, resource: String, requestedScopes: List<String>, grantedScopes: List<String>): Grant {
        val grant = grant(TokenRequest.refresh(token, resource), grantedScopes)
        val next = grant.refreshToken ?: token
        return Grant(grant.accessToken, next, requestedScopes, grant.grantedScopes, grant.obtainedAt, grant.keyThumbprint)
    }

    /** The answer to [request] as [parse] reads it. [parse] gets the time at which it was asked. */
    suspend fun <T> ask(request: TokenRequest, parse: (String, Instant) -> T): T {
        val url = server.tokenEndpoint ?: throw missingEndpoint(server, "token_endpoint")
        val now = context.options.clock.now()
        var exchange = post(url, request)
        // Nothing is used up: the very same request is good with the nonce (RFC 9449 §8).
        if (wantsNonce(exchange.response)) exchange = post(url, request)
        val response = exchange.response
        OAuthError.find(response, exchange.secrets)?.let { throw refusal(request, url, it, response) }
        if (response.status !in 200..299) {
            throw unusable(request.step, url, "answered HTTP ${response.status}", response, "HTTP 200 with a token")
        }
        return try {
            parse(response.body, now)
        } catch (expected: MalformedDocumentException) {
            throw unusable(request.step, url, "answered a token that ${expected.problem}", response, "an object with a usable token")
        }
    }

    /** An answer, and what was sent for it that is never to be shown. */
    private class Exchange(
        val response: Response,
        val secrets: List<String>,
    )

    private suspend fun post(url: HttpUrl, request: TokenRequest): Exchange {
        val authentication = authenticator.authenticate(client, server, request.step)
        val peer = DpopServer.authorizationServer(url)
        val proof = prover?.let { mapOf("DPoP" to it.proof("POST", url, it.nonce(peer))) }.orEmpty()
        val headers = mapOf("Content-Type" to "application/x-www-form-urlencoded") + authentication.headers + proof
        val response = http.post(request.step, url, headers, formEncode(request.parameters + authentication.parameters))
        prover?.remember(peer, response.headers["dpop-nonce"])
        return Exchange(response, request.secrets + authentication.secrets + listOfNotNull(client.clientSecret?.value) + proof.values)
    }

    private fun wantsNonce(response: Response): Boolean =
        prover != null && response.headers["dpop-nonce"] != null && OAuthError.find(response)?.error == "use_dpop_nonce"

    private fun refusal(request: TokenRequest, url: HttpUrl, error: OAuthError, response: Response): AuthorizationFailedException {
        val what =
            when (request.step) {
                AuthorizationStep.REFRESH -> "refused to renew the token"
                AuthorizationStep.TOKEN_EXCHANGE -> "refused to vouch for the person"
                else -> "refused to give a token"
            }
        return refused(request.step, url, what, error, response, remedyFor(error.error, request.grantType))
    }
}

/** What to do about a refusal (RFC 6749 §5.2, RFC 8628 §3.5, RFC 9449 §5). */
internal fun remedyFor(error: String, grantType: String): String {
    val isAssertion = grantType == TokenRequest.JWT_BEARER || grantType == TokenRequest.TOKEN_EXCHANGE
    val isUnattended = isAssertion || grantType == "client_credentials"
    return when (error) {
        "invalid_grant" if isAssertion -> "check that the assertion has not expired, and is meant for this authorization server"
        "invalid_grant" -> "sign in again"
        "unauthorized_client" if isUnattended -> "ask the operator of the authorization server to allow this grant"
        "invalid_client" if isUnattended -> "check the client id, and its secret or key"
        "unauthorized_client", "invalid_client" -> "check the client id and secret, or sign in again to register anew"
        "invalid_scope" -> "ask for other scopes"
        "invalid_dpop_proof" -> "check the clock of this machine"
        "access_denied" -> "sign in again and consent"
        "expired_token" -> "sign in again, and enter the code in time"
        else -> "report this to the operator of the authorization server"
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
