package io.github.latchkey.mcp.auth.internal.token

import io.github.latchkey.mcp.auth.AssertionAudience
import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.JwtSigner
import io.github.latchkey.mcp.auth.OAuthCrypto
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.auth.authorizationFailed
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.jwt.CLIENT_ASSERTION_TYPE
import io.github.latchkey.mcp.auth.internal.jwt.clientAssertion
import io.github.latchkey.mcp.auth.internal.registration.OAuthClient
import io.github.latchkey.mcp.auth.internal.url.percentEncode
import kotlin.io.encoding.Base64

/** What a client adds to a token request to say who it is: exactly one of the methods of RFC 6749 §2.3.1 and RFC 7523 §2.2, or just its id. */
internal class ClientAuthentication(
    val headers: Map<String, String>,
    val parameters: List<Pair<String, String>>,
) {
    /** What of it is never to be shown. */
    val secrets: List<String>
        get() =
            headers.values.map { it.substringAfter(' ') } +
                parameters.filter { it.first == "client_secret" || it.first == "client_assertion" }.map { it.second }
}

/**
 * The method of [client] at [server]: what its registration says, else what the server supports. The server's list stands for
 * `client_secret_basic` alone if it is absent (RFC 8414 §2).
 */
internal fun tokenEndpointAuthMethod(client: OAuthClient, server: AuthorizationServer): String {
    val supported = server.tokenEndpointAuthMethodsSupported
    return when {
        client.tokenEndpointAuthMethod != null -> client.tokenEndpointAuthMethod

        client.signer != null && (client.clientSecret == null || supported == null || PRIVATE_KEY_JWT in supported) -> PRIVATE_KEY_JWT

        client.clientSecret == null -> NONE

        supported == null || BASIC in supported -> BASIC

        POST in supported -> POST

        // A secret that nobody wants to see stays here.
        NONE in supported -> NONE

        else -> BASIC
    }
}

/** Authenticates with assertions, too: a new one for each request. */
internal class ClientAuthenticator(
    private val options: OAuthOptions,
    private val crypto: OAuthCrypto,
) {
    suspend fun authenticate(client: OAuthClient, server: AuthorizationServer, step: AuthorizationStep): ClientAuthentication {
        if (client.signer == null ||
            tokenEndpointAuthMethod(client, server) != PRIVATE_KEY_JWT
        ) {
            return authenticateBySecret(client, server, step)
        }
        requireAlgorithm(client.signer, server, step)
        val audience =
            when (options.assertionAudience) {
                AssertionAudience.ISSUER -> server.issuer
                AssertionAudience.TOKEN_ENDPOINT -> server.tokenEndpoint?.withoutFragment ?: server.issuer
            }
        val assertion = clientAssertion(client.signer, client.clientId, audience, options.clock.now(), crypto)
        return ClientAuthentication(emptyMap(), listOf("client_assertion_type" to CLIENT_ASSERTION_TYPE, "client_assertion" to assertion))
    }

    private fun requireAlgorithm(signer: JwtSigner, server: AuthorizationServer, step: AuthorizationStep) {
        val supported = server.tokenEndpointAuthSigningAlgValuesSupported ?: return
        if (signer.algorithm in supported) return
        throw authorizationFailed(
            step,
            server.tokenEndpoint?.withoutQuery,
            "the authorization server takes no assertions signed with ${signer.algorithm}",
            "configure a key for another algorithm",
            expected = supported.joinToString(" or ").take(MAX_QUOTED),
        )
    }

    private companion object {
        const val MAX_QUOTED = 200
    }
}

/** One of the methods that need no signature. */
internal fun authenticateBySecret(client: OAuthClient, server: AuthorizationServer, step: AuthorizationStep): ClientAuthentication {
    val method = tokenEndpointAuthMethod(client, server)
    val secret = client.clientSecret?.value
    return when {
        method == NONE && client.clientId.isEmpty() -> ClientAuthentication(emptyMap(), emptyList())

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
        } else if (client.signer == null && method == PRIVATE_KEY_JWT) {
            "the client has no key for the method $method"
        } else {
            "the client is registered for the method $method, which is not supported"
        },
        "configure a client with the method none, client_secret_basic, client_secret_post or private_key_jwt",
        expected = "$NONE, $BASIC, $POST or $PRIVATE_KEY_JWT",
    )

private const val NONE = "none"
private const val BASIC = "client_secret_basic"
private const val PRIVATE_KEY_JWT = "private_key_jwt"
private const val POST = "client_secret_post"
