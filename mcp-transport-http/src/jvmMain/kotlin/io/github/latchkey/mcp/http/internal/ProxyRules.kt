package io.github.latchkey.mcp.http.internal

import java.net.InetSocketAddress
import java.net.Proxy
import java.net.ProxySelector
import java.net.URI
import java.net.URISyntaxException

/**
 * Which proxy a server is reached through: that of the options, else that of the JVM (`https.proxyHost`, `http.nonProxyHosts`,
 * `socksProxyHost`, or a `ProxySelector` of the application), else that of the environment.
 */
internal class ProxyRules(
    private val environment: ProxyEnvironment = ProxyEnvironment(System::getenv),
    private val selector: () -> ProxySelector? = ProxySelector::getDefault,
    private val property: (String) -> String? = System::getProperty,
) {
    /** Throws [EngineFaultException] if a variable of the environment makes no sense. */
    fun proxyFor(choice: ProxyChoice, scheme: String, host: String, port: Int): ProxyServer? =
        when (choice) {
            is ProxyChoice.None -> null

            is ProxyChoice.Fixed -> choice.proxy

            is ProxyChoice.OfProcess -> ofJvm(scheme, host, port)
                ?: if (isJvmConfigured(scheme)) null else ofEnvironment(scheme, host, port)
        }

    /** What the JVM says; null for no proxy. */
    fun ofJvm(scheme: String, host: String, port: Int): ProxyServer? {
        val uri =
            try {
                URI(scheme, null, host, port, "/", null, null)
            } catch (_: URISyntaxException) {
                return null
            }
        val proxy = selector()?.select(uri)?.firstOrNull() ?: return null
        val address = proxy.address() as? InetSocketAddress ?: return null
        val kind = if (proxy.type() == Proxy.Type.SOCKS) ProxyServer.Kind.SOCKS else ProxyServer.Kind.HTTP
        return ProxyServer(kind, address.hostString, address.port, user = null, password = null, setBy = "the proxy settings of the JVM")
    }

    /** Whether somebody told the JVM: then its "none" is an answer, too. */
    private fun isJvmConfigured(scheme: String): Boolean =
        listOf("$scheme.proxyHost", "socksProxyHost").any { !property(it).isNullOrEmpty() } ||
            selector()?.let { it::class.java.name != SELECTOR_OF_JDK } == true

    private fun ofEnvironment(scheme: String, host: String, port: Int): ProxyServer? =
        try {
            environment.proxyFor(scheme, host, port)
        } catch (e: IllegalArgumentException) {
            val reason = "the proxy of the environment cannot be used: ${e.message}"
            val remedy = "correct or unset the variable, or say which proxy to use in the options"
            throw EngineFaultException(EngineFault(EngineFault.Kind.NO_CONNECTION, reason, remedy, isRetryable = false), e)
        }

    private companion object {
        const val SELECTOR_OF_JDK = "sun.net.spi.DefaultProxySelector"
    }
}
