package io.github.latchkey.mcp.auth.internal.token

import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.authorizationFailed
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.registration.OAuthClient
import io.github.latchkey.mcp.auth.internal.url.percentEncode
import kotlin.io.encoding.Base64

/** What a client adds to a token request to say who it is: exactly one of the methods of RFC 6749 §2.3.1, or just its id. */
internal class ClientAuthentication(
    val headers: Map<String, String>,
    val parameters: List<Pair<String, String>>,
)

/**
 * The method of [client] at [server]: what its registration says, else what the server supports. The server's list stands for
 * `client_secret_basic` alone if it is absent (RFC 8414 §2).
 */
internal fun tokenEndpointAuthMethod(client: OAuthClient, server: AuthorizationServer): String {
    val supported = server.tokenEndpointAuthMethodsSupported
    return when {
        client.tokenEndpointAuthMethod != null -> client.tokenEndpointAuthMethod

        client.clientSecret == null -> NONE

        supported == null || BASIC in supported -> BASIC

        POST in supported -> POST

        // A secret that nobody wants to see stays here.
        NONE in supported -> NONE

        else -> BASIC
    }
}

internal fun authenticate(client: OAuthClient, server: AuthorizationServer, step: AuthorizationStep): ClientAuthentication {
    val method = tokenEndpointAuthMethod(client, server)
    val secret = client.clientSecret?.value
    return when {
        method == NONE -> ClientAuthentication(emptyMap(), listOf("client_id" to client.clientId))

        method == BASIC && secret != null -> ClientAuthentication(mapOf("Authorization" to basic(client.clientId, secret)), emptyList())

        method == POST && secret != null ->
            ClientAuthentication(emptyMap(), listOf("client_id" to client.clientId, "client_secret" to secret))

        else -> throw cannotAuthenticate(client, server, step, method)
    }
}

// Both parts are form-encoded before they are joined, or a colon in the id would end it (RFC 6749 §2.3.1).
private fun basic(clientId: String, secret: String): String =
    "Basic " + Base64.Default.encode("${percentEncode(clientId)}:${percentEncode(secret)}".encodeToByteArray())

private fun cannotAuthenticate(client: OAuthClient, server: AuthorizationServer, step: AuthorizationStep, method: String) =
    authorizationFailed(
        step,
        server.tokenEndpoint?.withoutQuery,
        if (client.clientSecret == null && method in setOf(BASIC, POST)) {
            "the client has no secret for the method $method"
        } else {
            "the client is registered for the method $method, which is not supported"
        },
        "configure a client with the method none, client_secret_basic or client_secret_post",
        expected = "$NONE, $BASIC or $POST",
    )

private const val NONE = "none"
private const val BASIC = "client_secret_basic"
private const val POST = "client_secret_post"
