package io.github.latchkey.mcp.auth.internal.discovery

import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.AuthorizationStep.SERVER_METADATA
import io.github.latchkey.mcp.auth.authorizationFailed
import io.github.latchkey.mcp.auth.internal.MalformedDocumentException
import io.github.latchkey.mcp.auth.internal.SignInHttp
import io.github.latchkey.mcp.auth.internal.requireHttpUrl
import io.github.latchkey.mcp.auth.internal.unusable
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.github.latchkey.mcp.transport.HttpFetcher

/** Fetches the metadata of authorization servers, asking one location after the other. */
internal class ServerMetadata(
    private val http: SignInHttp,
) {
    suspend fun get(issuer: String): AuthorizationServer = find(issuer) ?: throw noMetadata(issuer)

    suspend fun find(issuer: String): AuthorizationServer? {
        val url = requireHttpUrl(SERVER_METADATA, "the issuer", issuer)
        if (url.query != null ||
            url.hasFragment
        ) {
            throw unusable(SERVER_METADATA, url, "is no issuer: it has a query or a fragment", expected = "a URL without them")
        }
        return serverMetadataUrls(url).firstNotNullOfOrNull { findAt(it, setOf(issuer)) }
    }

    /** The metadata at [url], which must be of one of [issuers]; null if there is nothing. */
    suspend fun findAt(url: HttpUrl, issuers: Set<String>, headers: Map<String, String> = emptyMap()): AuthorizationServer? {
        val server = http.findDocument(SERVER_METADATA, url, AuthorizationServer::parse, headers) ?: return null
        // As strings, with no other location to try: whoever sends the wrong issuer sends the wrong endpoints (RFC 8414 §3.3).
        if (server.issuer in issuers) return server
        throw unusable(SERVER_METADATA, url, "is metadata of another issuer, ${server.issuer.take(MAX_QUOTED)}", expected = issuers.first())
    }

    fun noMetadata(issuer: String) =
        authorizationFailed(
            SERVER_METADATA,
            issuer,
            "no metadata of the authorization server $issuer",
            "check the authorization server's address with the operator of the MCP server",
            expected = "metadata at " + HttpUrl.parse(issuer)?.let(::serverMetadataUrls)?.joinToString(" or "),
        )
}

/** The document at [url], null if the server says that there is none. */
internal suspend fun <T> SignInHttp.findDocument(
    step: AuthorizationStep,
    url: HttpUrl,
    parse: (String) -> T,
    headers: Map<String, String> = emptyMap(),
): T? {
    val response = get(step, url, headers)
    return when (response.status) {
        200 -> parse(response, step, url, parse)
        TOO_MANY_REQUESTS -> throw unusable(step, url, "answered HTTP 429", response, "HTTP 200 with metadata")
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

/** How much of a server's own words an exception repeats. */
internal const val MAX_QUOTED = 200

private const val TOO_MANY_REQUESTS = 429
