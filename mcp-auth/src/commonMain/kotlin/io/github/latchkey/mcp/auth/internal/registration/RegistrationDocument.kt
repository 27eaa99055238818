package io.github.latchkey.mcp.auth.internal.registration

import io.github.latchkey.mcp.auth.ClientRegistration
import io.github.latchkey.mcp.auth.ClientSecret
import io.github.latchkey.mcp.auth.Dpop
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.auth.internal.JsonDocument
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.token.TokenRequest
import kotlinx.serialization.json.add
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlin.time.Instant

/**
 * The client metadata to register (RFC 7591 §2; `application_type` of OpenID Connect Registration §2, which MCP 2026-07-28 demands).
 * Without [redirectUri] for the device grant (RFC 8628 §4). Without `scope`: a server that takes it at its word would refuse every later step-up.
 */
internal fun registrationRequest(options: OAuthOptions, server: AuthorizationServer, redirectUri: String?): String =
    buildJsonObject {
        put("client_name", options.clientName)
        putJsonArray("redirect_uris") { redirectUri?.let { add(it) } }
        putJsonArray("grant_types") {
            add(if (redirectUri == null) TokenRequest.DEVICE_CODE else "authorization_code")
            add("refresh_token")
        }
        putJsonArray("response_types") { if (redirectUri != null) add("code") }
        if (options.dpop == Dpop.REQUIRED) put("dpop_bound_access_tokens", true)
        put("token_endpoint_auth_method", authMethodToRegister(server))
        put("application_type", options.applicationType)
    }.toString()

/** A public client where that is possible, since a program on a person's machine keeps no secret (RFC 8252 §8.5). */
internal fun authMethodToRegister(server: AuthorizationServer): String {
    // Without the member the server supports client_secret_basic alone (RFC 8414 §2); without metadata nobody said so.
    val supported = server.tokenEndpointAuthMethodsSupported ?: listOf(if (server.isByConvention) "none" else "client_secret_basic")
    return listOf("none", "client_secret_basic", "client_secret_post").firstOrNull { it in supported } ?: "none"
}

/** The answer to a registration (RFC 7591 §3.2.1). */
internal fun parseRegistration(text: String, issuer: String, redirectUri: String?): ClientRegistration {
    val document = JsonDocument.parse(text)
    return ClientRegistration(
        issuer = issuer,
        clientId = document.requireString("client_id"),
        clientSecret = document.string("client_secret")?.takeIf { it.isNotEmpty() }?.let(::ClientSecret),
        clientSecretExpiresAt = document.seconds("client_secret_expires_at")?.takeIf { it > 0 }?.let(Instant::fromEpochSeconds),
        tokenEndpointAuthMethod = document.string("token_endpoint_auth_method"),
        redirectUris = (document.strings("redirect_uris").orEmpty() + listOfNotNull(redirectUri)).distinct(),
    )
}
