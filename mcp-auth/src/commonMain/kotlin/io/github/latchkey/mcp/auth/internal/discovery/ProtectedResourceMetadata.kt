package io.github.latchkey.mcp.auth.internal.discovery

import io.github.latchkey.mcp.auth.ResourceMatch
import io.github.latchkey.mcp.auth.internal.JsonDocument
import io.github.latchkey.mcp.auth.internal.MalformedDocumentException
import io.github.latchkey.mcp.auth.internal.url.HttpUrl

/** RFC 9728 §2, the members that a client needs. */
internal class ProtectedResourceMetadata(
    val resource: String,
    val authorizationServers: List<String>,
    val scopesSupported: List<String>?,
) {
    companion object {
        fun parse(text: String): ProtectedResourceMetadata {
            val document = JsonDocument.parse(text)
            val servers = document.strings("authorization_servers").orEmpty()
            if (servers.isEmpty()) throw MalformedDocumentException("names no authorization_servers")
            return ProtectedResourceMetadata(document.requireString("resource"), servers, document.strings("scopes_supported"))
        }
    }
}

/**
 * Where protected resource metadata may be.
 *
 * @property url the document
 * @property identifiers how its `resource` may be spelled: the identifier that [url] was built from
 * @property isFromChallenge whether the server's challenge named it
 */
internal class ResourceMetadataLocation(
    val url: HttpUrl,
    val identifiers: Set<String>,
    val isFromChallenge: Boolean,
)

/**
 * The locations in the order to ask: the one of the challenge, below the path of [endpoint], at the root of its host. The next one is asked only if the
 * one before said that there is nothing (MCP, Protected Resource Metadata Discovery; RFC 9728 §3.1, which keeps the query behind the inserted path).
 */
internal fun resourceMetadataLocations(endpoint: HttpUrl, challenged: HttpUrl?): List<ResourceMetadataLocation> {
    val wellKnown = endpoint.origin + "/.well-known/oauth-protected-resource"
    val path = endpoint.path.takeIf { endpoint.hasPath }.orEmpty()
    val query = endpoint.query?.let { "?$it" }.orEmpty()
    val itself = setOf(endpoint.value.substringBefore('#'), endpoint.canonical())
    val host = setOf(endpoint.origin, endpoint.origin + "/", endpoint.canonicalOrigin, endpoint.canonicalOrigin + "/")
    return listOfNotNull(
        challenged?.let { ResourceMetadataLocation(it, itself, isFromChallenge = true) },
        location(wellKnown + path + query, if (endpoint.hasPath) itself else itself + host),
        location(wellKnown, host).takeIf { path.isNotEmpty() || query.isNotEmpty() },
    ).distinctBy { it.url.value }
}

private fun location(url: String, identifiers: Set<String>): ResourceMetadataLocation? =
    HttpUrl.parse(url)?.let { ResourceMetadataLocation(it, identifiers, isFromChallenge = false) }

/** Whether metadata for [resource] may be used for [endpoint]: otherwise another server could lend us its own (RFC 9728 §3.3). */
internal fun isResourceAccepted(resource: String, location: ResourceMetadataLocation, endpoint: HttpUrl, match: ResourceMatch): Boolean =
    resource in location.identifiers ||
        when (match) {
            ResourceMatch.EXACT -> false
            ResourceMatch.PREFIX_FROM_CHALLENGE -> location.isFromChallenge && isPathPrefix(resource, endpoint)
            ResourceMatch.PREFIX -> isPathPrefix(resource, endpoint)
        }

private fun isPathPrefix(resource: String, endpoint: HttpUrl): Boolean {
    val url = HttpUrl.parse(resource) ?: return false
    val prefix = url.path.removeSuffix("/")
    return url.isSameOrigin(endpoint) &&
        !url.hasFragment &&
        (url.query == null || url.query == endpoint.query) &&
        (endpoint.path == url.path || endpoint.path == prefix || endpoint.path.startsWith("$prefix/"))
}
