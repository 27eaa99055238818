package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** The token endpoint (OAuth 2.1 §3.2, §4; RFC 8707 for `resource`). */
internal class TokenEndpoint(private val server: AuthorizationServer) {
    private val options = server.options

    fun handle(request: RecordedRequest): HttpReply.Whole =
        try {
            jsonReply(200, answer(request), NO_STORE)
        } catch (e: OAuthFailure) {
            server.note(request, e)
            val challenge = if (e.status == 401) mapOf("WWW-Authenticate" to "Basic realm=\"token\"") else emptyMap()
            jsonReply(e.status, e.body(), NO_STORE + challenge)
        }

    private fun answer(request: RecordedRequest): JsonObject {
        if (request.method != "POST") throw OAuthFailure("invalid_request", "not a POST", status = 405)
        if (mediaType(request.header("Content-Type").orEmpty()) != "application/x-www-form-urlencoded") {
            refuse("invalid_request", "the body is not a form")
        }
        if (request.query.isNotEmpty()) refuse("invalid_request", "parameters in the URL")
        requireSingleValues(parseForm(request.body))
        val grantType = request.form["grant_type"] ?: refuse("invalid_request", "grant_type is missing")
        options.grants[grantType]?.let { return it.handle(request) }
        val client = authenticatedClient(request, server::findClient)
        if (grantType !in BUILT_IN_GRANTS) refuse("unsupported_grant_type", "unknown grant_type")
        if (grantType !in client.grantTypes) refuse("unauthorized_client", "not registered for $grantType")
        return when (grantType) {
            "authorization_code" -> byCode(request.form, client)
            "refresh_token" -> byRefreshToken(request.form, client)
            else -> byClientCredentials(request.form, client)
        }
    }

    private fun byCode(form: Map<String, String>, client: RegisteredClient): JsonObject {
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
        return issue(code.grant, code.family, mayRefresh(client))
    }

    private fun byRefreshToken(form: Map<String, String>, client: RegisteredClient): JsonObject {
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
        return issue(Grant(client.clientId, scopes, token.grant.resource), token.family, options.rotatesRefreshTokens)
    }

    private fun byClientCredentials(form: Map<String, String>, client: RegisteredClient): JsonObject {
        if (client.clientSecret == null) refuse("unauthorized_client", "a public client has no credentials")
        val scopes = options.grantedScopes.apply(requestedScopes(form["scope"], options.scopesSupported))
        val grant = Grant(client.clientId, scopes, requestedResource(form["resource"], options))
        return issue(grant, family = Any(), withRefreshToken = false)
    }

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
                "token_type" to JsonPrimitive("Bearer"),
                "expires_in" to JsonPrimitive(seconds),
            ),
        ).with(
            "refresh_token" to tokens.refreshToken?.let(::JsonPrimitive),
            "scope" to grant.scopes.joinToString(" ").ifEmpty { null }?.let(::JsonPrimitive),
        )
    }
}

internal val BUILT_IN_GRANTS = listOf("authorization_code", "refresh_token", "client_credentials")

private val NO_STORE = mapOf("Cache-Control" to "no-store", "Pragma" to "no-cache")
