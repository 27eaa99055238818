package io.github.latchkey.mcp.http.internal

import io.ktor.http.Url

/**
 * The redirects of one request. A redirect may move it within its origin and must not change it: credentials, the session id and
 * mirrored arguments are for one origin, and a POST that becomes a GET is no MCP message (RFC 9110 §15.4.8, §15.4.9; MCP, Security
 * Best Practices, Validate Redirect Targets).
 */
internal class Redirects(
    start: Url,
) {
    private val visited = mutableListOf(start)

    /** What to do about an answer of [status] 3xx that leads to [location]. */
    fun next(status: Int, location: String?): Redirect {
        val from = visited.last()
        val target = location?.let { resolveLocation(from, it) }
        return when {
            location == null -> Redirect.Refused("a redirect to nowhere", "check the URL")
            target == null -> Redirect.Refused("a redirect to what is no http or https URL", "check the URL")
            originOf(target) != originOf(from) -> otherOrigin(from, target)
            status !in KEEPING -> changing(target)
            visited.any { it.toString() == target.toString() } -> Redirect.Refused("redirects in a circle", MEND)
            visited.size > MAX_REDIRECTS -> Redirect.Refused("more than $MAX_REDIRECTS redirects in a row", MEND)
            else -> Redirect.Followed(target).also { visited += target }
        }
    }

    private fun otherOrigin(from: Url, target: Url): Redirect {
        val isDowngrade = from.protocol.name == "https" && target.protocol.name == "http"
        val why = if (isDowngrade) "without TLS" else "where credentials must not follow"
        return Redirect.Refused("a redirect to ${originOf(target)}, $why", useTarget(target))
    }

    private fun changing(target: Url) =
        Redirect.Refused("a redirect within ${originOf(target)} that does not keep the request, as 307 and 308 do", useTarget(target))

    private fun useTarget(target: Url) = "use the URL that the server redirects to, if you trust it: ${oneLine(shown(target))}"

    private fun shown(target: Url) = withoutQueryValues(target.toString())

    private companion object {
        const val MAX_REDIRECTS = 3
        const val MEND = "report this to whoever runs the server: its redirects lead nowhere"
        val KEEPING = setOf(307, 308)
    }
}

internal sealed interface Redirect {
    class Followed(
        val target: Url,
    ) : Redirect

    /**
     * @property what for the message: what the server answered with
     * @property remedy one sentence
     */
    class Refused(
        val what: String,
        val remedy: String,
    ) : Redirect
}

/** Scheme, host and port (RFC 6454 §4); the port is left out where it is the scheme's own. */
internal fun originOf(url: Url): String {
    val scheme = url.protocol.name
    val port = if (url.port == url.protocol.defaultPort) "" else ":${url.port}"
    return "$scheme://${url.host.lowercase()}$port"
}

/** Resolves a `Location` against [base] (RFC 9110 §10.2.2); null if it is nothing that a request can be sent to. */
internal fun resolveLocation(base: Url, location: String): Url? {
    val reference = location.substringBefore('#')
    val text =
        when {
            reference.isEmpty() -> base.toString()
            SCHEME.containsMatchIn(reference) -> reference
            reference.startsWith("//") -> base.protocol.name + ":" + reference
            reference.startsWith("/") -> originOf(base) + withoutDots(reference)
            reference.startsWith("?") -> originOf(base) + base.encodedPath + reference
            else -> originOf(base) + withoutDots(base.encodedPath.substringBeforeLast('/') + "/" + reference)
        }
    return try {
        parseHttpUrl(text)
    } catch (_: IllegalArgumentException) {
        null
    }
}

/** Removes `.` and `..` from a path, and leaves a query alone (RFC 3986 §5.2.4). */
private fun withoutDots(pathAndQuery: String): String {
    val path = pathAndQuery.substringBefore('?')
    val segments = path.split('/').drop(1)
    val kept = ArrayDeque<String>()
    for (segment in segments) {
        when (segment) {
            "." -> Unit
            ".." -> kept.removeLastOrNull()
            else -> kept += segment
        }
    }
    if (segments.last() == "." || segments.last() == "..") kept += ""
    return kept.joinToString("/", "/") + pathAndQuery.substring(path.length)
}

private val SCHEME = Regex("^[A-Za-z][A-Za-z0-9+.-]*:")
