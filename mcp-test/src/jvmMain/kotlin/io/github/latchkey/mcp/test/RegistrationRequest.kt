package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull
import java.util.UUID

/** A registration request as far as the server reads it (RFC 7591 §2). */
internal class RegistrationRequest(private val metadata: JsonObject) {
    val applicationType: String? = metadata.string("application_type")
    private val redirectUris = strings("redirect_uris").orEmpty()
    private val grantTypes = strings("grant_types") ?: listOf("authorization_code")
    private val authMethod: String? = metadata.string("token_endpoint_auth_method")

    /** The client to be, with the authentication method it asked for, else the first in [authMethods]. Throws [OAuthFailure]. */
    fun toClient(authMethods: List<String>, supportedGrants: Collection<String>): RegisteredClient {
        if (applicationType != null && applicationType !in setOf("native", "web")) refuseMetadata("unknown application_type")
        if ("authorization_code" in grantTypes && redirectUris.isEmpty()) refuseRedirect("redirect_uris is empty")
        redirectUris.firstNotNullOfOrNull { redirectUriProblem(it, applicationType) }?.let { refuseRedirect(it) }
        if (!supportedGrants.containsAll(grantTypes)) refuseMetadata("grant_types has one that is not supported")
        val responseTypes = if ("authorization_code" in grantTypes) listOf("code") else emptyList()
        strings("response_types")?.let { if (it != responseTypes) refuseMetadata("response_types does not go with grant_types") }
        if (authMethod != null && authMethod !in authMethods) refuseMetadata("token_endpoint_auth_method is not supported")
        val method = authMethod ?: authMethods.first()
        val secret = if (method == "none") null else randomToken()
        return RegisteredClient("client-" + UUID.randomUUID(), redirectUris, secret, method, grantTypes)
    }

    /** The answer for [client] (RFC 7591 §3.2.1). */
    fun answer(client: RegisteredClient): JsonObject =
        metadata.with(
            "client_id" to JsonPrimitive(client.clientId),
            "client_secret" to client.clientSecret?.let(::JsonPrimitive),
            "client_secret_expires_at" to client.clientSecret?.let { JsonPrimitive(0) },
            "redirect_uris" to jsonStrings(client.redirectUris),
            "grant_types" to jsonStrings(client.grantTypes),
            "response_types" to jsonStrings(if ("authorization_code" in client.grantTypes) listOf("code") else emptyList()),
            "token_endpoint_auth_method" to JsonPrimitive(client.tokenEndpointAuthMethod),
        )

    /** The string list [name]; null when it is absent. */
    private fun strings(name: String): List<String>? {
        val value = metadata[name] ?: return null
        val list = (value as? JsonArray)?.map { element -> (element as? JsonPrimitive)?.takeIf { it.isString }?.contentOrNull }
        if (list == null || null in list) refuseMetadata("$name is not a list of strings")
        return list.filterNotNull()
    }
}

private fun refuseMetadata(description: String): Nothing = refuse("invalid_client_metadata", description)

// A client must be ready for this one: what a server takes for a redirect URI is its own affair (MCP 2026-07-28).
private fun refuseRedirect(description: String): Nothing = refuseExpected("invalid_redirect_uri", description)
