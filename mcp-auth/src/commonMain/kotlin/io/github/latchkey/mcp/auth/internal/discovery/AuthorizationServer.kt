package io.github.latchkey.mcp.auth.internal.discovery

import io.github.latchkey.mcp.auth.internal.JsonDocument
import io.github.latchkey.mcp.auth.internal.MalformedDocumentException
import io.github.latchkey.mcp.auth.internal.url.HttpUrl

/**
 * What an authorization server says of itself (RFC 8414 §2, OpenID Connect Discovery §3, RFC 8628 §4, RFC 9449 §5.1), the members that a client needs. Null is absent.
 *
 * @property isByConvention nobody said anything: these are the endpoints that MCP 2025-03-26 assumes at the MCP server's own origin
 */
internal class AuthorizationServer(
    val issuer: String,
    val authorizationEndpoint: HttpUrl?,
    val tokenEndpoint: HttpUrl?,
    val registrationEndpoint: HttpUrl?,
    val scopesSupported: List<String> = emptyList(),
    val tokenEndpointAuthMethodsSupported: List<String>? = null,
    val codeChallengeMethodsSupported: List<String>? = null,
    val clientIdMetadataDocumentSupported: Boolean = false,
    val authorizationResponseIssParameterSupported: Boolean = false,
    val deviceAuthorizationEndpoint: HttpUrl? = null,
    val tokenEndpointAuthSigningAlgValuesSupported: List<String>? = null,
    val dpopSigningAlgValuesSupported: List<String>? = null,
    val isByConvention: Boolean = false,
) {
    override fun toString(): String = "AuthorizationServer($issuer)"

    companion object {
        fun parse(text: String): AuthorizationServer {
            val document = JsonDocument.parse(text)
            return AuthorizationServer(
                issuer = document.requireString("issuer"),
                authorizationEndpoint = document.url("authorization_endpoint"),
                tokenEndpoint = document.url("token_endpoint"),
                registrationEndpoint = document.url("registration_endpoint"),
                scopesSupported = document.strings("scopes_supported").orEmpty(),
                tokenEndpointAuthMethodsSupported = document.strings("token_endpoint_auth_methods_supported"),
                codeChallengeMethodsSupported = document.strings("code_challenge_methods_supported"),
                clientIdMetadataDocumentSupported = document.boolean("client_id_metadata_document_supported") ?: false,
                authorizationResponseIssParameterSupported =
                document.boolean("authorization_response_iss_parameter_supported") ?: false,
                deviceAuthorizationEndpoint = document.url("device_authorization_endpoint"),
                tokenEndpointAuthSigningAlgValuesSupported = document.strings("token_endpoint_auth_signing_alg_values_supported"),
                dpopSigningAlgValuesSupported = document.strings("dpop_signing_alg_values_supported"),
            )
        }

        private fun JsonDocument.url(name: String): HttpUrl? =
            string(name)?.let { HttpUrl.parse(it) ?: throw MalformedDocumentException("has a $name that is not an absolute http(s) URL") }

        /** The endpoints of a server without metadata (MCP 2025-03-26, Fallbacks for Servers without Metadata Discovery). */
        fun byConvention(origin: String): AuthorizationServer =
            AuthorizationServer(
                issuer = origin,
                authorizationEndpoint = HttpUrl.parse("$origin/authorize"),
                tokenEndpoint = HttpUrl.parse("$origin/token"),
                registrationEndpoint = HttpUrl.parse("$origin/register"),
                isByConvention = true,
            )
    }
}

/** Where the metadata of [issuer] may be, in the order to ask (MCP, Authorization Server Metadata Discovery; RFC 8414 §3.1). */
internal fun serverMetadataUrls(issuer: HttpUrl): List<HttpUrl> {
    val path = issuer.path.removeSuffix("/")
    val wellKnown = issuer.origin + "/.well-known"
    return listOfNotNull(
        "$wellKnown/oauth-authorization-server$path",
        "$wellKnown/openid-configuration$path",
        // The root of the host is never asked for an issuer with a path: it may belong to somebody else.
        "${issuer.origin}$path/.well-known/openid-configuration".takeIf { path.isNotEmpty() },
    ).mapNotNull(HttpUrl::parse)
}
