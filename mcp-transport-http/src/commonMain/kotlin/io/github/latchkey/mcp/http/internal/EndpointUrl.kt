package io.github.latchkey.mcp.http.internal

import io.ktor.http.URLParserException
import io.ktor.http.Url

/**
 * The URL of an MCP endpoint, checked.
 *
 * @property text as the caller wrote it
 */
internal class EndpointUrl(
    val text: String,
) {
    val url: Url = parseHttpUrl(text)

    /** For messages and events: the values of the query, which may be keys, are left out. */
    val shown: String = withoutQueryValues(text)

    override fun toString(): String = shown
}

/** Parses an absolute http or https URL; throws [IllegalArgumentException] without repeating it, as it may hold a password. */
internal fun parseHttpUrl(text: String): Url {
    val afterScheme = SCHEMES.firstOrNull { text.startsWith(it, ignoreCase = true) }?.let { text.substring(it.length) }
    requireNotNull(afterScheme) { "the URL must be absolute, and begin with http:// or https://" }
    require(
        text.none {
            it <= ' ' || it == '\u007f' || it == '\\'
        },
    ) { "the URL must not contain spaces, control characters or backslashes" }
    require('#' !in text) { "the URL must not have a fragment" }
    val authority = afterScheme.substringBefore('/').substringBefore('?')
    require('@' !in authority) { "the URL must not have user information: give credentials as a header or through an authorizer" }
    require(authority.substringBefore(':').isNotEmpty()) { "the URL must have a host" }
    return try {
        Url(text)
    } catch (e: URLParserException) {
        throw IllegalArgumentException("the URL cannot be parsed", e)
    }
}

/** `https://host/path?key=***`: values of a query may be secrets. */
internal fun withoutQueryValues(url: String): String {
    val query = url.substringAfter('?', missingDelimiterValue = "")
    if (query.isEmpty()) return url
    return url.substringBefore('?') + query.split('&').joinToString("&", "?") { if ('=' in it) it.substringBefore('=') + "=***" else it }
}

private val SCHEMES = listOf("http://", "https://")
