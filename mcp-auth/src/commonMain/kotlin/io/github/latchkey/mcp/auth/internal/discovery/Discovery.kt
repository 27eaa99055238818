package io.github.latchkey.mcp.auth.internal.discovery

import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.AuthorizationStep.RESOURCE_METADATA
import io.github.latchkey.mcp.auth.AuthorizationStep.SERVER_METADATA
import io.github.latchkey.mcp.auth.ResourceMatch
import io.github.latchkey.mcp.auth.authorizationFailed
import io.github.latchkey.mcp.auth.internal.MalformedDocumentException
import io.github.latchkey.mcp.auth.internal.SignInHttp
import io.github.latchkey.mcp.auth.internal.requireHttpUrl
import io.github.latchkey.mcp.auth.internal.unusable
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.github.latchkey.mcp.transport.HttpFetcher

/**
 * Who protects an MCP server, and for what.
 *
 * @property resource the value of the `resource` parameter (RFC 8707)
 * @property scopesSupported of the protected resource, null if it names none
 */
internal class Protection(
    val resource: String,
    val scopesSupported: List<String>?,
    val server: AuthorizationServer,
)

/** Finds the authorization server of [endpoint], asking one document after the other. */
internal class Discovery(
    private val http: SignInHttp,
    private val endpoint: HttpUrl,
    private val resourceMatch: ResourceMatch,
) {
    /**
     * Null if nothing says that there is an authorization server. [choose] picks one of several.
     * [canGuess] allows the endpoints of MCP 2025-03-26 that nobody advertises.
     */
    suspend fun discover(challenge: OAuthChallenge, canGuess: Boolean, choose: suspend (List<String>) -> String): Protection? {
        val metadata = resourceMetadata(challenge) ?: return protectionOf20250326(canGuess)
        return Protection(metadata.resource, metadata.scopesSupported, server(choose(metadata.authorizationServers)))
    }

    /** The server that a grant came from: [issuer], which without metadata is the MCP server's own origin (MCP 2025-03-26). */
    suspend fun serverOfGrant(issuer: String): AuthorizationServer =
        findServer(issuer)
            ?: AuthorizationServer.byConvention(issuer).takeIf { issuer == endpoint.canonicalOrigin }
            ?: throw noMetadata(issuer)

    private suspend fun server(issuer: String): AuthorizationServer = findServer(issuer) ?: throw noMetadata(issuer)

    private suspend fun findServer(issuer: String): AuthorizationServer? {
        val url = requireHttpUrl(SERVER_METADATA, "the issuer", issuer)
        if (url.query != null || url.hasFragment) throw unusable(SERVER_METADATA, url, "is no issuer: it has a query or a fragment")
        return serverMetadataUrls(url).firstNotNullOfOrNull { serverMetadata(it, setOf(issuer)) }
    }

    private fun noMetadata(issuer: String) =
        authorizationFailed(
            SERVER_METADATA,
            issuer,
            "no metadata of the authorization server $issuer",
            "check the authorization server's address with the operator of the MCP server",
            expected = "metadata at " + HttpUrl.parse(issuer)?.let(::serverMetadataUrls)?.joinToString(" or "),
        )

    private suspend fun resourceMetadata(challenge: OAuthChallenge): ProtectedResourceMetadata? {
        val challenged = challenge.resourceMetadata?.let { requireHttpUrl(RESOURCE_METADATA, "resource_metadata of the challenge", it) }
        return resourceMetadataLocations(endpoint, challenged).firstNotNullOfOrNull { resourceMetadata(it) }
    }

    private suspend fun resourceMetadata(location: ResourceMetadataLocation): ProtectedResourceMetadata? {
        val metadata = document(RESOURCE_METADATA, location.url, ProtectedResourceMetadata::parse) ?: return null
        if (isResourceAccepted(metadata.resource, location, endpoint, resourceMatch)) return metadata
        throw unusable(
            RESOURCE_METADATA,
            location.url,
            "is metadata of another resource, ${metadata.resource.take(MAX_QUOTED)}",
            expected = location.identifiers.first().substringBefore('?'),
        )
    }

    private suspend fun protectionOf20250326(canGuess: Boolean): Protection? {
        val base = endpoint.canonicalOrigin
        val wellKnown = HttpUrl.parse("$base/.well-known/oauth-authorization-server") ?: return null
        if (!wellKnown.isHttps && !wellKnown.isLoopback) return null
        val server =
            serverMetadata(wellKnown, setOf(base, "$base/"), mapOf("MCP-Protocol-Version" to "2025-03-26"))
                ?: AuthorizationServer.byConvention(base).takeIf { canGuess }
                ?: return null
        return Protection(endpoint.canonical(), scopesSupported = null, server)
    }

    private suspend fun serverMetadata(
        url: HttpUrl,
        issuers: Set<String>,
        headers: Map<String, String> = emptyMap(),
    ): AuthorizationServer? {
        val server = document(SERVER_METADATA, url, AuthorizationServer::parse, headers) ?: return null
        // As strings, with no other location to try: whoever sends the wrong issuer sends the wrong endpoints (RFC 8414 §3.3).
        if (server.issuer in issuers) return server
        throw unusable(SERVER_METADATA, url, "is metadata of another issuer, ${server.issuer.take(MAX_QUOTED)}", expected = issuers.first())
    }

    /** The document at [url], null if the server says that there is none. */
    private suspend fun <T> document(
        step: AuthorizationStep,
        url: HttpUrl,
        parse: (String) -> T,
        headers: Map<String, String> = emptyMap(),
    ): T? {
        val response = http.get(step, url, headers)
        return when (response.status) {
            200 -> parse(response, step, url, parse)
            TOO_MANY_REQUESTS -> throw unusable(step, url, "answered HTTP 429", response)
            in 400..499 -> null
            else -> throw unusable(step, url, "answered HTTP ${response.status}", response, expected = "HTTP 200 with metadata")
        }
    }

    private fun <T> parse(response: HttpFetcher.Response, step: AuthorizationStep, url: HttpUrl, parse: (String) -> T): T =
        try {
            parse(response.body)
        } catch (expected: MalformedDocumentException) {
            throw unusable(step, url, "cannot be used: it ${expected.problem}", response, expected = "a JSON object with metadata")
        }

    private companion object {
        const val MAX_QUOTED = 200
        const val TOO_MANY_REQUESTS = 429
    }
}
