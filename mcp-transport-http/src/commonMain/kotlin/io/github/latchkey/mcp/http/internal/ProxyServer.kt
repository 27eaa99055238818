package io.github.latchkey.mcp.http.internal

/**
 * A proxy, and what to tell it.
 *
 * @property setBy where it was set, for remedies; not part of what it is
 */
internal class ProxyServer(
    val kind: Kind,
    val host: String,
    val port: Int,
    val user: String?,
    val password: String?,
    val setBy: String,
) {
    /** @property scheme in URLs */
    enum class Kind(
        val scheme: String,
    ) {
        HTTP("http"),
        SOCKS("socks5"),
    }

    val hasCredentials: Boolean get() = user != null

    override fun equals(other: Any?): Boolean =
        other is ProxyServer &&
            kind == other.kind &&
            host == other.host &&
            port == other.port &&
            user == other.user &&
            password == other.password

    override fun hashCode(): Int = (kind.hashCode() * 31 + host.hashCode()) * 31 + port

    /** Its URL without credentials. */
    override fun toString(): String = "${kind.scheme}://$host:$port"

    companion object {
        /**
         * Parses `http://user:password@host:port` or `socks5://…`; without a scheme it is http. Throws [IllegalArgumentException],
         * whose message repeats nothing of [url], as it may hold a password.
         */
        fun parse(url: String, setBy: String): ProxyServer {
            val (scheme, rest) = if ("://" in url) url.substringBefore("://") to url.substringAfter("://") else "http" to url
            val kind =
                when (scheme.lowercase()) {
                    "http" -> Kind.HTTP
                    "socks5", "socks5h", "socks" -> Kind.SOCKS
                    "https" -> throw invalid(setBy, "names a proxy that is itself reached by https, which is not supported")
                    else -> throw invalid(setBy, "must begin with http:// or socks5://")
                }
            val authority = rest.substringBefore('/').substringBefore('?')
            val (user, password) = credentials(authority.substringBeforeLast('@', ""), setBy)
            val (host, port) = hostAndPort(authority.substringAfterLast('@'), if (kind == Kind.HTTP) HTTP_PORT else SOCKS_PORT, setBy)
            return ProxyServer(kind, host, port, user, password, setBy)
        }

        private fun credentials(text: String, setBy: String): Pair<String?, String?> {
            if (text.isEmpty()) return null to null
            val user = percentDecoded(text.substringBefore(':'))
            val password = percentDecoded(text.substringAfter(':', ""))
            if (user.isNullOrEmpty() || password == null) throw invalid(setBy, "has a user or password that cannot be read")
            return user to password
        }

        private fun hostAndPort(text: String, defaultPort: Int, setBy: String): Pair<String, Int> {
            val isIpv6 = text.startsWith("[")
            val host = if (isIpv6) text.substring(1).substringBefore(']') else text.substringBefore(':')
            val afterHost = if (isIpv6) text.substringAfter(']', "-") else text.substring(host.length)
            val port = if (afterHost.isEmpty()) defaultPort else afterHost.removePrefix(":").toIntOrNull()
            val isHost = host.isNotEmpty() && host.all { it.isLetterOrDigit() || it in if (isIpv6) ":.%" else "._-" }
            if (!isHost || port == null || port !in 1..MAX_PORT) throw invalid(setBy, "needs a host, and a port if any: http://host:port")
            return host.lowercase() to port
        }

        private fun invalid(setBy: String, what: String) = IllegalArgumentException("$setBy $what")

        private const val HTTP_PORT = 80
        private const val SOCKS_PORT = 1080
        private const val MAX_PORT = 65_535
    }
}

/** Null if an escape is broken, or the bytes are no UTF-8. */
private fun percentDecoded(text: String): String? {
    if ('%' !in text) return text
    val bytes = ByteAccumulator()
    var index = 0
    while (index < text.length) {
        if (text[index] == '%') {
            val byte = text.substring(index + 1, minOf(index + 3, text.length)).takeIf { it.length == 2 }?.toIntOrNull(16) ?: return null
            bytes.append(byte.toByte())
            index += 3
        } else {
            for (byte in text[index].toString().encodeToByteArray()) bytes.append(byte)
            index++
        }
    }
    return try {
        bytes.array.decodeToString(0, bytes.size, throwOnInvalidSequence = true)
    } catch (_: CharacterCodingException) {
        null
    }
}

/** What the options say about proxies. */
internal sealed interface ProxyChoice {
    /** What the process says: the JVM's settings, else the environment. */
    data object OfProcess : ProxyChoice

    data object None : ProxyChoice

    class Fixed(
        val proxy: ProxyServer,
    ) : ProxyChoice
}
