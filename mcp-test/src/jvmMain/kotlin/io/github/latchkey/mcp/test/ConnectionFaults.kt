package io.github.latchkey.mcp.test

import io.github.latchkey.mcp.test.Fault.OfAddress.Kind
import java.net.InetAddress
import java.net.ServerSocket
import java.security.KeyStore
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext

/** Connections that are not made, or are lost before an answer. */
internal fun connectionFaults(): List<Fault> =
    listOf(
        Fault.OfAddress("refused", "a port where nothing listens", Kind.REFUSED),
        Fault.OfAddress("black-hole", "a port that takes no connection and refuses none", Kind.BLACK_HOLE),
        Fault.OfAddress("unknown-host", "a host name that does not exist", Kind.UNKNOWN_HOST),
        Fault.OfConnection("reset-at-once", "a connection that is reset as soon as it is made") { reset() },
        Fault.OfConnection("end-at-once", "a connection that is closed as soon as it is made") { close() },
        Fault.OfConnection("greeting", "a server of another protocol, which speaks first") {
            sendRaw("220 mail.example ESMTP ready\r\n")
            pause(GREETING_MILLIS)
        },
        Fault.OfAnswer("reset-after-request", "a reset instead of an answer") { connection.reset() },
        Fault.OfAnswer("end-after-request", "the end of the connection instead of an answer") { breakOff() },
    )

internal fun tlsFaults(): List<Fault> =
    listOf(
        // What TLS servers send to a client that speaks plain HTTP: a fatal alert, unexpected_message.
        Fault.OfConnection("http-to-tls", "plain HTTP to a port that speaks TLS") {
            sendBytes(byteArrayOf(0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x0A))
        },
        Fault.OfConnection("tls-to-http", "TLS to a port that speaks plain HTTP", isTls = true) {
            sendRaw("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        },
        Fault.OfConnection("tls-silent", "TLS to a port that says nothing", isTls = true) { awaitClientClosed() },
        Fault.OfConnection("tls-ended", "a connection that ends within the TLS handshake", isTls = true) { pause(END_MILLIS) },
        Fault.OfConnection("tls-untrusted", "a certificate that nobody trusts", isTls = true, openSocket = ::untrustedSocket) {
            readRequest()
        },
    )

internal fun loopbackSocket(): ServerSocket = ServerSocket(0, BACKLOG, InetAddress.getByName(LOOPBACK))

/** Speaks TLS with a certificate for 127.0.0.1 and localhost that it has signed itself. */
private fun untrustedSocket(): ServerSocket {
    val store = KeyStore.getInstance("PKCS12")
    Fault::class.java.getResourceAsStream("untrusted.p12").use { store.load(it, PASSWORD) }
    val keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm()).apply { init(store, PASSWORD) }
    val context = SSLContext.getInstance("TLS").apply { init(keys.keyManagers, null, null) }
    return context.serverSocketFactory.createServerSocket(0, BACKLOG, InetAddress.getByName(LOOPBACK))
}

private val PASSWORD = "untrusted".toCharArray()
private const val GREETING_MILLIS = 5_000L
private const val END_MILLIS = 50L
internal const val BACKLOG = 1_024
internal const val LOOPBACK = "127.0.0.1"
