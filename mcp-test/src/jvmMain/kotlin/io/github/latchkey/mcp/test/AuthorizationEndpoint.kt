package io.github.latchkey.mcp.test

import java.util.concurrent.ConcurrentHashMap

/** A checked authorization request, waiting for the answer of a person or of the script. */
internal class AuthorizationRequest(
    val client: RegisteredClient,
    val redirectUri: String,
    val state: String?,
    val scopes: Set<String>,
    val resource: String?,
    val codeChallenge: String,
    val nonce: String?,
    val keyThumbprint: String?,
)

/** The authorization endpoint (OAuth 2.1 §4.1; RFC 9207 for `iss`). */
internal class AuthorizationEndpoint(private val server: AuthorizationServer) {
    private val options = server.options
    private val waiting = ConcurrentHashMap<String, AuthorizationRequest>()

    fun handle(request: RecordedRequest, issuer: String): HttpReply.Whole =
        if (request.method == "POST") decide(request, issuer) else begin(request, issuer)

    private fun begin(request: RecordedRequest, issuer: String): HttpReply.Whole {
        val parameters = request.queryParameters
        val client: RegisteredClient
        val redirectUri: String
        try {
            requireSingleValues(parseForm(request.query))
            client = requireClient(parameters)
            redirectUri = requireRedirectUri(parameters, client)
        } catch (e: OAuthFailure) {
            // Not to be sent anywhere: the redirect URI itself is in doubt (OAuth 2.1 §4.1.2.1).
            server.note(request, e)
            return errorPage(e)
        }
        return try {
            answer(checked(parameters, client, redirectUri), issuer)
        } catch (e: OAuthFailure) {
            server.note(request, e)
            redirect(redirectUri, issuer, listOf("error" to e.error, "error_description" to e.description, "state" to parameters["state"]))
        }
    }

    private fun decide(request: RecordedRequest, issuer: String): HttpReply.Whole {
        val id = request.form["request"]
        val authorization = id?.let(waiting::remove) ?: return errorPage(OAuthFailure("invalid_request", "this page is out of date"))
        return if (request.form["decision"] == "approve") approve(authorization, issuer) else deny(authorization, issuer)
    }

    private fun answer(authorization: AuthorizationRequest, issuer: String): HttpReply.Whole =
        when (server.consent) {
            Consent.APPROVE -> approve(authorization, issuer)

            Consent.DENY -> deny(authorization, issuer)

            Consent.LOGIN_PAGE -> {
                val id = randomToken()
                waiting[id] = authorization
                loginPage(id, authorization)
            }
        }

    private fun approve(authorization: AuthorizationRequest, issuer: String): HttpReply.Whole {
        val scopes = options.grantedScopes.apply(authorization.scopes)
        val grant = Grant(authorization.client.clientId, scopes, authorization.resource, authorization.nonce, authorization.keyThumbprint)
        val code = server.grants.addCode(grant, authorization.redirectUri, authorization.codeChallenge)
        return redirect(authorization.redirectUri, issuer, listOf("code" to code, "state" to authorization.state))
    }

    private fun deny(authorization: AuthorizationRequest, issuer: String): HttpReply.Whole {
        val parameters = listOf("error" to "access_denied", "error_description" to "denied", "state" to authorization.state)
        return redirect(authorization.redirectUri, issuer, parameters)
    }

    private fun redirect(redirectUri: String, issuer: String, parameters: List<Pair<String, String?>>): HttpReply.Whole {
        val iss =
            when (options.issParameter) {
                IssParameter.CORRECT -> issuer
                IssParameter.ABSENT -> null
                IssParameter.WRONG -> "https://another.example"
                IssParameter.WITH_SLASH -> "$issuer/"
            }
        return emptyReply(302, mapOf("Location" to withQuery(redirectUri, parameters + ("iss" to iss)), "Cache-Control" to "no-store"))
    }

    private fun requireClient(parameters: Map<String, String>): RegisteredClient {
        val clientId = parameters["client_id"] ?: refuse("invalid_request", "client_id is missing")
        return server.findClient(clientId) ?: refuse("invalid_client", "unknown client")
    }

    private fun requireRedirectUri(parameters: Map<String, String>, client: RegisteredClient): String {
        val redirectUri = parameters["redirect_uri"] ?: refuse("invalid_request", "redirect_uri is missing")
        if (!isRegisteredRedirect(redirectUri, client.redirectUris, options.anyLoopbackPort)) {
            refuse("invalid_request", "redirect_uri is not registered")
        }
        return redirectUri
    }

    private fun checked(parameters: Map<String, String>, client: RegisteredClient, redirectUri: String): AuthorizationRequest {
        if (parameters["response_type"] != "code") refuse("unsupported_response_type", "response_type is not code")
        if ("authorization_code" !in client.grantTypes) refuse("unauthorized_client", "not registered for authorization_code")
        if (parameters["code_challenge_method"] != "S256") refuse("invalid_request", "code_challenge_method is not S256")
        val codeChallenge = parameters["code_challenge"].orEmpty()
        if (!isCodeChallenge(codeChallenge)) refuse("invalid_request", "code_challenge is missing or malformed")
        if (options.requiresState && parameters["state"].isNullOrEmpty()) refuse("invalid_request", "state is missing")
        val scopes = requestedScopes(parameters["scope"], options.scopesSupported)
        val resource = requestedResource(parameters["resource"], options)
        val state = parameters["state"]
        return AuthorizationRequest(
            client,
            redirectUri,
            state,
            scopes,
            resource,
            codeChallenge,
            parameters["nonce"],
            parameters["dpop_jkt"],
        )
    }
}

/** The scopes in a `scope` parameter: absent is none, empty is an error (RFC 6749 §3.3). */
internal fun requestedScopes(scope: String?, supported: List<String>?): Set<String> {
    if (scope == null) return emptySet()
    val scopes = scope.split(' ').toSet()
    if ("" in scopes) refuse("invalid_scope", "scope is malformed")
    if (supported != null && !supported.containsAll(scopes)) refuse("invalid_scope", "scope is not supported")
    return scopes
}

/** The `resource` parameter: an absolute URI without fragment (RFC 8707 §2), and one that this server serves. */
internal fun requestedResource(resource: String?, options: AuthorizationServerBuilder): String? {
    if (resource == null) return if (options.requiresResource) refuse("invalid_target", "resource is missing") else null
    val uri = parseUriOrNull(resource)
    if (uri == null || !uri.isAbsolute || uri.rawFragment != null) refuse("invalid_target", "resource is malformed")
    if (options.resources.isNotEmpty() && resource !in options.resources) refuse("invalid_target", "resource is unknown")
    return resource
}

/** No parameter may be given twice (OAuth 2.1 §3.1). */
internal fun requireSingleValues(parameters: List<Pair<String, String>>) {
    if (parameters.distinctBy { it.first }.size < parameters.size) refuse("invalid_request", "a parameter is given twice")
}
