package io.github.latchkey.mcp.auth.internal.registration

import io.github.latchkey.mcp.auth.ClientRegistration
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import kotlin.time.Instant

/** How a client id is come by at one authorization server. */
internal sealed interface ClientChoice {
    /** One is there. */
    class Known(
        val client: OAuthClient,
    ) : ClientChoice

    /** One must be registered (RFC 7591). */
    object Register : ClientChoice

    /** None can be had. */
    object Impossible : ClientChoice
}

/** The order of MCP 2026-07-28, Client Registration: given by the application, metadata document, registered before, register now. */
internal fun chooseClient(options: OAuthOptions, server: AuthorizationServer, stored: ClientRegistration?, now: Instant): ClientChoice {
    val given = OAuthClient.given(options)
    val document = options.clientMetadataUrl?.takeIf { server.clientIdMetadataDocumentSupported }
    return when {
        given != null -> ClientChoice.Known(given)
        document != null -> ClientChoice.Known(OAuthClient.described(document, options.privateKeyJwt))
        stored != null && !stored.isExpired(now) -> ClientChoice.Known(OAuthClient.registered(stored))
        server.registrationEndpoint != null -> ClientChoice.Register
        else -> ClientChoice.Impossible
    }
}

private fun ClientRegistration.isExpired(now: Instant): Boolean = clientSecretExpiresAt?.let { it <= now } == true

/** A client id that is a URL: `https` with a path, and nothing that could be spelled in two ways (draft-ietf-oauth-client-id-metadata-document §3). */
internal fun requireClientMetadataUrl(value: String) {
    val url = HttpUrl.parse(value)
    require(url != null && url.isHttps) { "clientMetadataUrl is not an absolute https URL" }
    require(url.hasPath) { "clientMetadataUrl has no path" }
    require(!url.hasFragment) { "clientMetadataUrl has a fragment" }
    require(url.path.split('/').none { it == "." || it == ".." }) { "clientMetadataUrl has a dot segment" }
}
