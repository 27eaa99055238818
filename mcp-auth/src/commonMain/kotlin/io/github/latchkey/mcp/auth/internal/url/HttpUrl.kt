package io.github.latchkey.mcp.auth.internal.url

/**
 * An absolute `http` or `https` URL, split but never changed: the parts of [value] that are compared are compared as they came
 * (RFC 8414 §3.3, RFC 9728 §3.3). User names and characters that no URL may hold make [parse] refuse it.
 *
 * @property value the URL as it came
 * @property scheme `http` or `https`
 * @property host in lower case, an IPv6 literal in its brackets
 * @property port as written, null if it is not
 * @property path as written, empty if there is none
 * @property query without the question mark, null if there is none
 */
internal class HttpUrl private constructor(
    val value: String,
    val scheme: String,
    val host: String,
    val port: Int?,
    val path: String,
    val query: String?,
    val hasFragment: Boolean,
) {
    /** Scheme and authority as they came; what a well-known path is appended to. */
    val origin: String get() = value.take(authorityEnd(value))

    val withoutFragment: String get() = value.substringBefore('#')

    val withoutQuery: String get() = value.substringBefore('#').substringBefore('?')

    /** Whether the path names something below the host; `/` does not. */
    val hasPath: Boolean get() = path.length > 1

    val isHttps: Boolean get() = scheme == "https"

    /** Whether the host is this machine by its name or its address, without asking DNS. */
    val isLoopback: Boolean get() = host == "localhost" || host == "[::1]" || isLoopbackV4(host)

    fun isSameOrigin(other: HttpUrl): Boolean =
        scheme == other.scheme && host == other.host && effectivePort == other.effectivePort

    /** The target of a redirect from here, null if [reference] is no HTTP URL or relative to the path. */
    fun resolve(reference: String): HttpUrl? =
        when {
            reference.startsWith("//") -> parse("$scheme:$reference")
            reference.startsWith("/") -> parse(origin + reference)
            else -> parse(reference)
        }

    override fun toString(): String = value

    private val effectivePort: Int get() = port ?: if (isHttps) HTTPS_PORT else HTTP_PORT

    /** The canonical URI of an MCP server: scheme and host in lower case, no query, no fragment (MCP, Canonical Server URI). */
    fun canonical(): String = canonicalOrigin + (if (hasPath) path else "")

    val canonicalOrigin: String get() = "$scheme://$host" + (if (port == null) "" else ":$port")

    companion object {
        private const val HTTP_PORT = 80
        private const val HTTPS_PORT = 443
        private const val MAX_PORT = 65_535

        fun parse(value: String): HttpUrl? {
            val scheme = value.substringBefore("://", "").lowercase()
            if (scheme !in setOf("http", "https") || value.any { it !in '!'..'~' || it in "\"<>\\^`{|}" }) return null
            val end = authorityEnd(value)
            val authority = Authority.parse(value.substring(scheme.length + 3, end)) ?: return null
            val rest = value.substring(end)
            val path = rest.substringBefore('#').substringBefore('?')
            val query = rest.substringBefore('#').substringAfter('?', MISSING).takeIf { it != MISSING }
            return HttpUrl(value, scheme, authority.host, authority.port, path, query, '#' in rest)
        }

        // A character that no parsed URL holds.
        private const val MISSING = "\u0000"

        private fun authorityEnd(value: String): Int {
            val start = value.indexOf("://") + 3
            return value.indexOfAny(charArrayOf('/', '?', '#'), start).takeIf { it >= 0 } ?: value.length
        }

        private fun isLoopbackV4(host: String): Boolean {
            val parts = host.split('.').map { part -> part.toIntOrNull()?.takeIf { it in 0..255 && it.toString() == part } }
            return parts.size == 4 && parts[0] == 127 && null !in parts
        }
    }

    private class Authority(val host: String, val port: Int?) {
        companion object {
            fun parse(text: String): Authority? {
                val hostEnd = if (text.startsWith('[')) text.indexOf(']') + 1 else text.indexOf(':').takeIf { it >= 0 } ?: text.length
                val host = text.take(hostEnd).lowercase()
                val port = text.drop(hostEnd)
                return when {
                    !isHost(host) -> null
                    port.isEmpty() -> Authority(host, null)
                    else -> portOf(port)?.let { Authority(host, it) }
                }
            }

            private fun isHost(host: String): Boolean =
                if (host.startsWith('[')) {
                    host.length > 2 && host.drop(1).dropLast(1).all { it in "0123456789abcdef:." }
                } else {
                    host.isNotEmpty() && host.all { it in 'a'..'z' || it in '0'..'9' || it in "-._" }
                }

            private fun portOf(text: String): Int? =
                text.drop(1).takeIf { text[0] == ':' && it.isNotEmpty() && it.all(Char::isDigit) }?.toIntOrNull()?.takeIf {
                    it in
                        1..MAX_PORT
                }
        }
    }
}
