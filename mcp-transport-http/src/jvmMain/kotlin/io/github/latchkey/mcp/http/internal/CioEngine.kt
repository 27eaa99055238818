package io.github.latchkey.mcp.http.internal

import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.cio.endpoint
import io.ktor.network.tls.CertificateAndKey
import io.ktor.network.tls.TLSConfigBuilder
import java.net.InetSocketAddress
import java.net.Proxy

/** Ktor's own engine, without its time limits and without its limits on connections. */
internal fun cioEngine(settings: EngineSettings = EngineSettings.DEFAULT): HttpEngine {
    val engine = ktorCioEngine(settings)
    return KtorHttpEngine(plainClient(engine), limitsHandshake = false, engine)
}

private fun ktorCioEngine(settings: EngineSettings): HttpClientEngine =
    CIO.create {
        dispatcher = engineDispatcher
        requestTimeout = 0
        maxConnectionsCount = Int.MAX_VALUE
        settings.proxy?.let { proxy = Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(it.host, it.port)) }
        settings.tlsHost?.let { host -> https { verifyHost(host, settings.tls) } }
        endpoint {
            maxConnectionsPerRoute = Int.MAX_VALUE
            connectAttempts = 1
        }
    }

private fun TLSConfigBuilder.verifyHost(host: String, tls: TlsMaterial?) {
    // Else CIO would look up the name of an address. It cannot write down an IPv6 address.
    if (':' !in host) serverName = host
    trustManager = HostTrustManager(lazy { TlsMaterial.trustManager(tls) }, host)
    val key = tls?.clientKey() ?: return
    certificates += CertificateAndKey(tls.clientChain().toTypedArray(), key)
}
