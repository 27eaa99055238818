package io.github.latchkey.mcp.http

import java.io.IOException
import java.net.InetAddress
import java.net.Socket
import java.security.KeyStore
import java.util.concurrent.CopyOnWriteArrayList
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLServerSocket
import javax.net.ssl.SSLSocket
import javax.net.ssl.TrustManagerFactory
import kotlin.concurrent.thread

/**
 * Speaks TLS on a port of 127.0.0.1 and passes what is inside to a plain server on [toPort].
 *
 * @param protocols the versions it speaks; empty for those of the JDK
 */
internal class TlsRelay(
    private val toPort: Int,
    certificate: TestCertificate = TestCertificates.localhost,
    protocols: List<String> = emptyList(),
    wantsClient: Boolean = false,
) : AutoCloseable {
    private val sockets = CopyOnWriteArrayList<Socket>()
    private val server: SSLServerSocket

    /** The versions that were agreed on, one for each connection. */
    val versions = CopyOnWriteArrayList<String>()

    /** The names in the certificates of clients. */
    val clients = CopyOnWriteArrayList<String>()

    init {
        val keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())
        keys.init(certificate.keyStore("changeit"), "changeit".toCharArray())
        val trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm())
        trust.init(
            KeyStore.getInstance("PKCS12").apply {
                load(null, null)
                setCertificateEntry("authority", TestCertificates.authority.certificate)
            },
        )
        val context = SSLContext.getInstance("TLS").apply { init(keys.keyManagers, trust.trustManagers, null) }
        server = context.serverSocketFactory.createServerSocket(0, 100, InetAddress.getByName("127.0.0.1")) as SSLServerSocket
        if (protocols.isNotEmpty()) server.enabledProtocols = protocols.toTypedArray()
        server.needClientAuth = wantsClient
        thread(isDaemon = true, name = "tls-relay") { accept() }
    }

    val port: Int get() = server.localPort

    /** With the name, as most users have it. */
    val url: String get() = "https://localhost:$port/mcp"

    val connectionCount: Int get() = versions.size

    override fun close() {
        server.close()
        sockets.forEach(Socket::close)
    }

    private fun accept() {
        while (true) {
            val socket =
                try {
                    server.accept() as SSLSocket
                } catch (_: IOException) {
                    return
                }
            sockets += socket
            thread(isDaemon = true, name = "tls-relay-connection") { serve(socket) }
        }
    }

    private fun serve(socket: SSLSocket) {
        try {
            socket.startHandshake()
            versions += socket.session.protocol
            if (server.needClientAuth) clients += socket.session.peerPrincipal.name
            val plain = Socket("127.0.0.1", toPort).also(sockets::add)
            relay(socket, plain)
        } catch (_: IOException) {
            socket.close()
        }
    }
}

/** Copies both ways until one side ends, then closes both. */
internal fun relay(one: Socket, other: Socket) {
    val back = thread(isDaemon = true, name = "relay-back") { copy(other, one) }
    copy(one, other)
    back.join()
}

private fun copy(from: Socket, to: Socket) {
    try {
        from.getInputStream().transferTo(to.getOutputStream())
    } catch (_: IOException) {
        // one side is gone
    } finally {
        from.close()
        to.close()
    }
}
