package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** The token endpoint (OAuth 2.1 §3.2, §4; RFC 8707 for `resource`; RFC 9449 §5 for proofs). */
internal class TokenEndpoint(private val server: AuthorizationServer) {
    private val options = server.options
    private val assertionGrants = AssertionGrants(server)

    fun handle(request: RecordedRequest, issuer: String): HttpReply.Whole =
        try {
            val body = answer(request, issuer)
            jsonReply(200, body, NO_STORE + nonce())
        } catch (e: OAuthFailure) {
            server.note(request, e)
            val challenge = if (e.status == 401) mapOf("WWW-Authenticate" to "Basic realm=\"token\"") else emptyMap()
            jsonReply(e.status, e.body(), NO_STORE + challenge + nonce())
        }

    private fun nonce() = server.proofs.currentNonce?.let { mapOf("DPoP-Nonce" to it) }.orEmpty()

    private fun answer(request: RecordedRequest, issuer: String): JsonObject {
        requireForm(request)
        val grantType = request.form["grant_type"] ?: refuse("invalid_request", "grant_type is missing")
        options.grants[grantType]?.let { return it.handle(request) }
        val audiences = listOf(issuer, "$issuer/token")
        val keyThumbprint = provedKey(request, "$issuer/token")
        if (grantType == JWT_BEARER && grantType in server.supportedGrants) {
            return issue(assertionGrants.byAssertion(request, audiences).boundTo(keyThumbprint), family = Any(), withRefreshToken = false)
        }
        val client = authenticatedClient(request, server, audiences)
        if (grantType !in server.supportedGrants) refuse("unsupported_grant_type", "unknown grant_type")
        if (grantType !in client.grantTypes) refuse("unauthorized_client", "not registered for $grantType")
        return when (grantType) {
            "authorization_code" -> byCode(request.form, client, keyThumbprint, issuer)
            "refresh_token" -> byRefreshToken(request.form, client, keyThumbprint, issuer)
            TOKEN_EXCHANGE -> assertionGrants.exchange(request.form, client, issuer)
            DEVICE_CODE -> byDeviceCode(request.form, client, keyThumbprint)
            else -> byClientCredentials(request.form, client, keyThumbprint)
        }
    }

    /** The key that the request proves possession of; null if it does not try to, or nobody here understands it. */
    private fun provedKey(request: RecordedRequest, url: String): String? {
        if (options.dpopAlgorithms.isEmpty() || request.headerValues("DPoP").isEmpty()) return null
        return when (val outcome = server.proofs.verify(request, url, token = null)) {
            is DpopProofs.Outcome.Valid -> outcome.keyThumbprint
            is DpopProofs.Outcome.WantsNonce -> refuseExpected("use_dpop_nonce", "a nonce is wanted")
            is DpopProofs.Outcome.Invalid -> refuse("invalid_dpop_proof", outcome.problem)
        }
    }

    private fun byCode(form: Map<String, String>, client: RegisteredClient, keyThumbprint: String?, issuer: String): JsonObject {
        val code =
            when (val used = server.grants.useCode(form["code"] ?: refuse("invalid_request", "code is missing"))) {
                is Grants.Used.Valid -> used.value
                Grants.Used.Again -> refuse("invalid_grant", "the code was used before")
                Grants.Used.Unknown -> refuse("invalid_grant", "unknown or expired code")
            }
        if (code.grant.clientId != client.clientId) refuse("invalid_grant", "the code was issued to another client")
        if (form["redirect_uri"] != code.redirectUri) refuse("invalid_grant", "redirect_uri differs from the authorization request")
        val verifier = form["code_verifier"] ?: refuse("invalid_grant", "code_verifier is missing")
        if (!isCodeVerifier(verifier)) refuse("invalid_grant", "code_verifier is malformed")
        if (codeChallengeOf(verifier) != code.codeChallenge) refuse("invalid_grant", "code_verifier does not match")
        requireSameResource(form, code.grant)
        if (code.grant.keyThumbprint != null &&
            code.grant.keyThumbprint != keyThumbprint
        ) {
            refuse("invalid_grant", "the code is bound to another key")
        }
        val tokens = issue(code.grant.boundTo(keyThumbprint), code.family, mayRefresh(client))
        return tokens.with("id_token" to idToken(code.grant, issuer)?.let(::JsonPrimitive))
    }

    private fun byRefreshToken(form: Map<String, String>, client: RegisteredClient, keyThumbprint: String?, issuer: String): JsonObject {
        val value = form["refresh_token"] ?: refuse("invalid_request", "refresh_token is missing")
        val token =
            when (val used = server.grants.useRefreshToken(value, client.clientId, options.rotatesRefreshTokens)) {
                is Grants.Used.Valid -> used.value
                Grants.Used.Again -> refuse("invalid_grant", "the refresh token was used before; its family is revoked")
                Grants.Used.Unknown -> refuseExpected("invalid_grant", "unknown or revoked refresh token")
            }
        requireSameResource(form, token.grant)
        val scopes = requestedScopes(form["scope"], supported = null).ifEmpty { token.grant.scopes }
        if (!token.grant.scopes.containsAll(scopes)) refuse("invalid_scope", "more scopes than were granted")
        // A public client has nothing else to show that the token is its own (RFC 9449 §5).
        val isPublic = client.tokenEndpointAuthMethod == "none"
        if (isPublic &&
            token.grant.keyThumbprint != keyThumbprint
        ) {
            refuse("invalid_grant", "the refresh token is bound to another key, or to none")
        }
        val grant = Grant(client.clientId, scopes, token.grant.resource, keyThumbprint = keyThumbprint)
        val tokens = issue(grant, token.family, options.rotatesRefreshTokens)
        return tokens.with("id_token" to idToken(grant, issuer)?.let(::JsonPrimitive))
    }

    private fun byClientCredentials(form: Map<String, String>, client: RegisteredClient, keyThumbprint: String?): JsonObject {
        if (client.tokenEndpointAuthMethod == "none") refuse("unauthorized_client", "a public client has no credentials")
        val scopes = options.grantedScopes.apply(requestedScopes(form["scope"], options.scopesSupported))
        val grant = Grant(client.clientId, scopes, requestedResource(form["resource"], options), keyThumbprint = keyThumbprint)
        return issue(grant, family = Any(), withRefreshToken = false)
    }

    private fun byDeviceCode(form: Map<String, String>, client: RegisteredClient, keyThumbprint: String?): JsonObject {
        val deviceCode = form["device_code"] ?: refuse("invalid_request", "device_code is missing")
        val grant = server.deviceCodes.use(deviceCode, client.clientId, server.consent)
        requireSameResource(form, grant)
        return issue(grant.boundTo(keyThumbprint), family = Any(), mayRefresh(client))
    }

    private fun idToken(grant: Grant, issuer: String): String? =
        options.identityKey?.takeIf {
            "openid" in grant.scopes
        }?.let { IdentityTokens(it, issuer, options.clock).idToken(grant.clientId, grant.nonce) }

    private fun requireSameResource(form: Map<String, String>, grant: Grant) {
        val resource = form["resource"]
        if (resource == null && !options.requiresResource) return
        if (resource == null) refuse("invalid_target", "resource is missing")
        if (resource != grant.resource) refuse("invalid_target", "resource differs from what was granted")
    }

    private fun mayRefresh(client: RegisteredClient) = options.issuesRefreshTokens && "refresh_token" in client.grantTypes

    private fun issue(grant: Grant, family: Any, withRefreshToken: Boolean): JsonObject {
        val seconds = options.accessTokenSeconds
        val tokens = server.grants.issue(grant, family, seconds, withRefreshToken)
        return JsonObject(
            mapOf(
                "access_token" to JsonPrimitive(tokens.accessToken),
                "token_type" to JsonPrimitive(if (grant.keyThumbprint == null) "Bearer" else "DPoP"),
                "expires_in" to JsonPrimitive(seconds),
            ),
        ).with(
            "refresh_token" to tokens.refreshToken?.let(::JsonPrimitive),
            "scope" to grant.scopes.joinToString(" ").ifEmpty { null }?.let(::JsonPrimitive),
        )
    }
}

/** A POST of a form, each parameter once. */
internal fun requireForm(request: RecordedRequest) {
    if (request.method != "POST") throw OAuthFailure("invalid_request", "not a POST", status = 405)
    if (mediaType(request.header("Content-Type").orEmpty()) != "application/x-www-form-urlencoded") {
        refuse("invalid_request", "the body is not a form")
    }
    if (request.query.isNotEmpty()) refuse("invalid_request", "parameters in the URL")
    requireSingleValues(parseForm(request.body))
}

internal val BUILT_IN_GRANTS = listOf("authorization_code", "refresh_token", "client_credentials")

internal const val JWT_BEARER: String = "urn:ietf:params:oauth:grant-type:jwt-bearer"
internal const val TOKEN_EXCHANGE: String = "urn:ietf:params:oauth:grant-type:token-exchange"
internal const val DEVICE_CODE: String = "urn:ietf:params:oauth:grant-type:device_code"

internal val NO_STORE = mapOf("Cache-Control" to "no-store", "Pragma" to "no-cache")
