package io.github.latchkey.mcp.http.internal

/**
 * The proxies that `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` name, by the rules that curl has: lower case goes before
 * upper case, and a loopback address is never proxied.
 *
 * @param variable reads a variable of the environment
 */
internal class ProxyEnvironment(
    private val variable: (String) -> String?,
) {
    /** The proxy for requests to [host]; null for none. Throws [IllegalArgumentException] if the variable makes no sense. */
    fun proxyFor(scheme: String, host: String, port: Int): ProxyServer? {
        val bare = host.removeSurrounding("[", "]").removeSuffix(".").lowercase()
        if (isLoopback(bare)) return null
        val name = namesFor(scheme).firstOrNull { !variable(it).isNullOrBlank() } ?: return null
        val exceptions = listOf("no_proxy", "NO_PROXY").firstNotNullOfOrNull { variable(it)?.takeIf(String::isNotBlank) }
        if (exceptions != null && noProxyMatches(exceptions, bare, port)) return null
        return ProxyServer.parse(variable(name).orEmpty().trim(), name)
    }

    private fun namesFor(scheme: String): List<String> {
        // In a CGI program HTTP_PROXY is what the client sent as the header "Proxy".
        val isCgi = variable("REQUEST_METHOD") != null
        val upper = if (scheme == "http" && isCgi) null else "${scheme.uppercase()}_PROXY"
        return listOfNotNull("${scheme}_proxy", upper, "all_proxy", "ALL_PROXY")
    }
}

/** Whether [list], the value of `NO_PROXY`, names [host]: itself, a parent domain, a network in CIDR notation, or `*`. */
internal fun noProxyMatches(list: String, host: String, port: Int): Boolean =
    list.split(',', ' ', '\t').map { it.trim().lowercase() }.filter { it.isNotEmpty() }.any { matches(it, host, port) }

internal fun isLoopback(host: String): Boolean {
    if (host == "localhost" || host.endsWith(".localhost") || host == "::1" || host == "0:0:0:0:0:0:0:1") return true
    return ipv4(host)?.let { it ushr 24 == LOOPBACK_NETWORK } == true
}

private fun matches(entry: String, host: String, port: Int): Boolean {
    if (entry == "*") return true
    if ('/' in entry) return inNetwork(entry, host)
    val name =
        when {
            entry.startsWith("[") -> entry.substring(1).substringBefore(']')
            entry.count { it == ':' } == 1 -> entry.substringBefore(':')
            else -> entry
        }
    val afterName = if (entry.startsWith("[")) entry.substringAfter(']') else entry.substring(name.length)
    val entryPort = afterName.removePrefix(":")
    if (entryPort.isNotEmpty() && entryPort.toIntOrNull() != port) return false
    val domain = name.removePrefix("*").removePrefix(".").removeSuffix(".")
    return host == domain || (domain.isNotEmpty() && ipv4(host) == null && host.endsWith(".$domain"))
}

private fun inNetwork(entry: String, host: String): Boolean {
    val network = ipv4(entry.substringBefore('/')) ?: return false
    val address = ipv4(host) ?: return false
    val bits = entry.substringAfter('/').toIntOrNull()?.takeIf { it in 0..IPV4_BITS } ?: return false
    val shift = IPV4_BITS - bits
    return network ushr shift == address ushr shift
}

private fun ipv4(text: String): Long? {
    val parts = text.split('.')
    if (parts.size != IPV4_PARTS) return null
    return parts.fold(0L) { sum, part ->
        val number = part.takeIf { it.isNotEmpty() && it.all { c -> c in '0'..'9' } }?.toIntOrNull()?.takeIf { it in 0..255 } ?: return null
        sum shl 8 or number.toLong()
    }
}

private const val LOOPBACK_NETWORK = 127L
private const val IPV4_BITS = 32
private const val IPV4_PARTS = 4
