package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.http.internal.EngineFaultException
import io.github.latchkey.mcp.http.internal.ProxyRules
import java.net.URI

/**
 * A proxy that requests go through.
 *
 * @property url without user and password
 * @property setBy where it was set: the name of a variable of the environment, or words
 */
public class HttpProxy internal constructor(
    public val url: String,
    public val setBy: String,
) {
    override fun toString(): String = "$url (set by $setBy)"
}

/** Says which proxy a transport would use, for programs that show the way to a server. */
public object HttpProxies {
    /**
     * The proxy for requests to [url] with [options]; null if they go straight there, or with an engine or client of the options, whose proxy is not
     * known here. Throws [IllegalArgumentException] if [url] is no absolute URL, or a setting of the process makes no sense; its message repeats no
     * password.
     */
    @JvmStatic
    public fun find(options: HttpTransportOptions, url: String): HttpProxy? {
        if (options.engine != null || options.client != null) return null
        val uri = URI.create(url)
        val host = requireNotNull(uri.authority) { "the URL has no host" }.substringAfterLast('@').replace(PORT, "")
        val port = uri.port.takeIf { it >= 0 } ?: if (uri.scheme.equals("https", ignoreCase = true)) HTTPS_PORT else HTTP_PORT
        val proxy =
            try {
                ProxyRules().proxyFor(options.proxy, uri.scheme.lowercase(), host, port)
            } catch (e: EngineFaultException) {
                throw IllegalArgumentException(e.fault.reason, e)
            }
        return proxy?.let { HttpProxy(it.toString(), it.setBy) }
    }

    private const val HTTP_PORT = 80
    private const val HTTPS_PORT = 443
    private val PORT = Regex(":\\d*$")
}
