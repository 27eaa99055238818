package io.github.latchkey.mcp.auth.internal.discovery

import io.github.latchkey.mcp.auth.AuthorizationStep.RESOURCE_METADATA
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.auth.internal.SignInHttp
import io.github.latchkey.mcp.auth.internal.dpop.DpopProver
import io.github.latchkey.mcp.auth.internal.requireHttpUrl
import io.github.latchkey.mcp.auth.internal.unusable
import io.github.latchkey.mcp.auth.internal.url.HttpUrl

/**
 * Who protects an MCP server, and for what.
 *
 * @property resource the value of the `resource` parameter (RFC 8707)
 * @property scopesSupported of the protected resource, null if it names none
 * @property prover what the tokens are to be bound to, null for bearer tokens
 */
internal class Protection(
    val resource: String,
    val scopesSupported: List<String>?,
    val server: AuthorizationServer,
    val prover: DpopProver? = null,
) {
    fun provedBy(prover: DpopProver?): Protection = Protection(resource, scopesSupported, server, prover)
}

/** Finds the authorization server of [endpoint], asking one document after the other. */
internal class Discovery(
    private val http: SignInHttp,
    private val endpoint: HttpUrl,
    private val options: OAuthOptions,
) {
    private val servers = ServerMetadata(http)

    /**
     * Null if nothing says that there is an authorization server, the application included. [canGuess] allows the endpoints of MCP 2025-03-26 that
     * nobody advertises.
     */
    suspend fun discover(challenge: OAuthChallenge, canGuess: Boolean): Protection? {
        val metadata = if (options.usesResourceMetadata) resourceMetadata(challenge) else null
        val named = options.issuer?.let { servers.get(it) }
        if (metadata == null) return named?.let { Protection(resource(), null, it) } ?: protectionOf20250326(canGuess)
        val server = named ?: ServerFinder(options, servers).get(metadata.authorizationServers)
        return Protection(options.resource ?: metadata.resource, metadata.scopesSupported, server)
    }

    private fun resource(): String = options.resource ?: endpoint.canonical()

    /** The server that a grant came from: [issuer], which without metadata is the MCP server's own origin (MCP 2025-03-26). */
    suspend fun serverOfGrant(issuer: String): AuthorizationServer =
        if (issuer == endpoint.canonicalOrigin) {
            servers.find(issuer) ?: AuthorizationServer.byConvention(issuer)
        } else {
            servers.get(issuer)
        }

    private suspend fun resourceMetadata(challenge: OAuthChallenge): ProtectedResourceMetadata? {
        val challenged = challenge.resourceMetadata?.let { requireHttpUrl(RESOURCE_METADATA, "resource_metadata of the challenge", it) }
        return resourceMetadataLocations(endpoint, challenged).firstNotNullOfOrNull { resourceMetadata(it) }
    }

    private suspend fun resourceMetadata(location: ResourceMetadataLocation): ProtectedResourceMetadata? {
        val metadata = http.findDocument(RESOURCE_METADATA, location.url, ProtectedResourceMetadata::parse) ?: return null
        val isOverridden = metadata.resource == options.resource
        if (isOverridden || isResourceAccepted(metadata.resource, location, endpoint, options.resourceMatch)) return metadata
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
            servers.findAt(wellKnown, setOf(base, "$base/"), mapOf("MCP-Protocol-Version" to "2025-03-26"))
                ?: AuthorizationServer.byConvention(base).takeIf { canGuess }
                ?: return null
        return Protection(resource(), scopesSupported = null, server)
    }
}
