package io.github.latchkey.mcp.http.internal

/**
 * The URL that the `endpoint` event of HTTP+SSE names, which may be relative to [base] (RFC 3986 §5.2). Kept as it is written
 * otherwise: escapes and query are the server's. Throws [IllegalArgumentException] for what is no URL, and for one of another
 * origin, to which credentials must not go.
 */
internal fun resolveSseEndpoint(base: EndpointUrl, reference: String): EndpointUrl {
    val resolved = EndpointUrl(resolve(base.text, reference.trim()))
    require(resolved.isOfSameOrigin(base)) { "the URL is of another origin" }
    return resolved
}

private fun EndpointUrl.isOfSameOrigin(other: EndpointUrl): Boolean =
    url.protocol == other.url.protocol && url.host.equals(other.url.host, ignoreCase = true) && url.port == other.url.port

private fun resolve(base: String, reference: String): String {
    val afterScheme = base.indexOf("://") + SCHEME_END.length
    val authorityEnd = base.indexOfAny(charArrayOf('/', '?'), afterScheme).let { if (it < 0) base.length else it }
    val path = base.substring(authorityEnd).substringBefore('?')
    return when {
        SCHEME.matchesAt(reference, 0) -> reference
        reference.startsWith("//") -> base.substring(0, afterScheme - 2) + reference
        reference.startsWith("/") -> base.substring(0, authorityEnd) + withoutDots(reference)
        reference.startsWith("?") || reference.isEmpty() -> base.substring(0, authorityEnd) + path + reference
        else -> base.substring(0, authorityEnd) + withoutDots(path.substringBeforeLast('/') + "/" + reference)
    }
}

/** RFC 3986 §5.2.4. */
private fun withoutDots(reference: String): String {
    val query = reference.indexOf('?').let { if (it < 0) "" else reference.substring(it) }
    val segments = reference.removeSuffix(query).split('/')
    val kept = mutableListOf<String>()
    for (segment in segments) {
        when (segment) {
            "." -> Unit
            ".." -> if (kept.size > 1) kept.removeAt(kept.lastIndex)
            else -> kept += segment
        }
    }
    val isFolder = segments.last() == "." || segments.last() == ".."
    return kept.joinToString("/") + (if (isFolder) "/" else "") + query
}

private const val SCHEME_END = "://"
private val SCHEME = Regex("[A-Za-z][A-Za-z0-9+.-]*:")
