package io.github.latchkey.mcp.auth.internal.registration

import io.github.latchkey.mcp.auth.AuthorizationStep.REGISTRATION
import io.github.latchkey.mcp.auth.ClientRegistration
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.auth.authorizationFailed
import io.github.latchkey.mcp.auth.internal.JsonDocument
import io.github.latchkey.mcp.auth.internal.MalformedDocumentException
import io.github.latchkey.mcp.auth.internal.OAuthError
import io.github.latchkey.mcp.auth.internal.SignInHttp
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.refused
import io.github.latchkey.mcp.auth.internal.unusable
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.github.latchkey.mcp.transport.HttpFetcher.Response

/** Registers clients dynamically (RFC 7591). */
internal class Registration(
    private val http: SignInHttp,
    private val options: OAuthOptions,
) {
    /** Registers at [server], for the device grant if there is no [redirectUri]; null if the endpoint was only guessed, and what answers there is no registration endpoint. */
    suspend fun register(server: AuthorizationServer, redirectUri: String?): ClientRegistration? {
        val url = server.registrationEndpoint ?: throw noRegistration(server)
        val body = registrationRequest(options, server, redirectUri)
        val response = http.post(REGISTRATION, url, mapOf("Content-Type" to "application/json"), body)
        if (server.isByConvention && !isRegistrationAnswer(response)) return null
        if (response.status !in 200..299) throw failure(url, response)
        val registration = parse(url, response, server, redirectUri)
        options.tokenStore.saveRegistration(registration)
        http.emit(REGISTRATION, url.withoutQuery, "registered as ${registration.clientId}")
        return registration
    }

    private fun parse(url: HttpUrl, response: Response, server: AuthorizationServer, redirectUri: String?): ClientRegistration =
        try {
            parseRegistration(response.body, server.issuer, redirectUri)
        } catch (expected: MalformedDocumentException) {
            throw unusable(REGISTRATION, url, "answered a client that ${expected.problem}", response, "an object with a client_id")
        }

    private fun failure(url: HttpUrl, response: Response): Exception {
        val error =
            OAuthError.find(response)
                ?: return unusable(REGISTRATION, url, "answered HTTP ${response.status}", response, "HTTP 201 with a client_id")
        return refused(REGISTRATION, url, "refused to register a client", error, response, remedyFor(error.error))
    }

    // RFC 7591 §3.2.2; the first two are what servers answer to loopback addresses (MCP 2026-07-28, Application Type).
    private fun remedyFor(error: String): String =
        when (error) {
            "invalid_redirect_uri", "invalid_client_metadata" -> "use a redirect URI that the server allows, or configure a client id"
            else -> "ask the operator of the authorization server for a client id, and configure it"
        }
}

/** The guessed endpoint answered as a registration endpoint would: with a client, or with an error of RFC 7591. */
private fun isRegistrationAnswer(response: Response): Boolean =
    when (response.status) {
        in 200..299 -> JsonDocument.parseOrNull(response.body) != null
        400 -> OAuthError.find(response) != null
        else -> false
    }

internal fun noRegistration(server: AuthorizationServer): Exception =
    authorizationFailed(
        REGISTRATION,
        server.issuer,
        "the authorization server ${server.issuer} registers no clients, and none is configured",
        "register a client with the operator of the authorization server, and configure its client id",
        expected = "a client id, or a client metadata document that the server supports",
    )
