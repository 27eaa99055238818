package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** Assertions for grants (RFC 7523 §2.1), and the exchange that makes one of an ID token (RFC 8693; MCP extension Enterprise-Managed Authorization). */
internal class AssertionGrants(private val server: AuthorizationServer) {
    private val options = server.options

    /** The grant for the assertion in [request]. A client need not be named, but if it is, it must authenticate. */
    fun byAssertion(request: RecordedRequest, audiences: Collection<String>): Grant {
        val client = if (namesClient(request)) authenticatedClient(request, server, audiences) else null
        if (client != null && JWT_BEARER !in client.grantTypes) refuse("unauthorized_client", "not registered for $JWT_BEARER")
        val text = request.form["assertion"] ?: refuse("invalid_request", "assertion is missing")
        val assertion = JsonWebToken.parseOrNull(text) ?: refuse("invalid_grant", "the assertion is no JWT")
        val problems = options.assertionKeys.map { assertionProblem(assertion, it, audiences, options.clock) }
        if (null !in problems) refuseExpected("invalid_grant", "the assertion is not good: ${problems.first()}")
        val resource = requestedResource(request.form["resource"], options)
        if (assertion.header.string("typ") == "oauth-id-jag+jwt") requireSameParties(assertion, client, resource)
        val scopes = options.grantedScopes.apply(requestedScopes(request.form["scope"], options.scopesSupported))
        return Grant(client?.clientId ?: assertion.string("sub").orEmpty(), scopes, resource)
    }

    /** An ID-JAG in exchange for an ID token. */
    fun exchange(form: Map<String, String>, client: RegisteredClient, issuer: String): JsonObject {
        val key = options.identityKey ?: refuse("unsupported_grant_type", "unknown grant_type")
        val required = { name: String -> form[name] ?: refuse("invalid_request", "$name is missing") }
        if (required("requested_token_type") != ID_JAG) refuse("invalid_request", "requested_token_type is not id-jag")
        if (required("subject_token_type") != ID_TOKEN) refuse("invalid_request", "subject_token_type is not id_token")
        val tokens = IdentityTokens(key, issuer, options.clock)
        val subject = tokens.requireSubject(required("subject_token"), client.clientId)
        return JsonObject(
            mapOf(
                "access_token" to JsonPrimitive(tokens.idJag(subject, client.clientId, required("audience"), required("resource"))),
                "issued_token_type" to JsonPrimitive(ID_JAG),
                "token_type" to JsonPrimitive("N_A"),
            ),
        )
    }

    private fun requireSameParties(idJag: JsonWebToken, client: RegisteredClient?, resource: String?) {
        if (client == null) refuse("invalid_client", "an ID-JAG without its client")
        if (idJag.string("resource") != resource) refuse("invalid_target", "resource differs from that of the ID-JAG")
    }

    private companion object {
        const val ID_JAG = "urn:ietf:params:oauth:token-type:id-jag"
        const val ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
    }
}

/** The device authorization endpoint (RFC 8628 §3.1). */
internal fun authorizeDevice(server: AuthorizationServer, request: RecordedRequest, issuer: String): HttpReply.Whole =
    try {
        requireForm(request)
        if (DEVICE_CODE !in server.supportedGrants) throw OAuthFailure("invalid_request", "no such endpoint", status = 404)
        val client = authenticatedClient(request, server, listOf(issuer, "$issuer/token"))
        if (DEVICE_CODE !in client.grantTypes) refuse("unauthorized_client", "not registered for $DEVICE_CODE")
        val scopes = server.options.grantedScopes.apply(requestedScopes(request.form["scope"], server.options.scopesSupported))
        val code = server.deviceCodes.add(Grant(client.clientId, scopes, requestedResource(request.form["resource"], server.options)))
        val answer =
            mapOf(
                "device_code" to JsonPrimitive(code.deviceCode),
                "user_code" to JsonPrimitive(code.userCode),
                "verification_uri" to JsonPrimitive("$issuer/device"),
                "verification_uri_complete" to JsonPrimitive("$issuer/device?user_code=${code.userCode}"),
                "expires_in" to JsonPrimitive(DeviceCodes.LIFE_SECONDS),
                "interval" to JsonPrimitive(server.options.deviceIntervalSeconds),
            )
        jsonReply(200, JsonObject(answer), NO_STORE)
    } catch (e: OAuthFailure) {
        server.note(request, e)
        jsonReply(e.status, e.body(), NO_STORE)
    }
