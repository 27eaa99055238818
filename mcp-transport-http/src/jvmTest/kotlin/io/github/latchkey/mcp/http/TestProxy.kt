package io.github.latchkey.mcp.http

import java.io.DataInputStream
import java.io.IOException
import java.io.InputStream
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.Base64
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.concurrent.thread

/**
 * A proxy for tests, on a port of 127.0.0.1. Whatever host it is asked for, it connects to 127.0.0.1, so that names can be made up.
 *
 * @property credentials `user:password` that it wants; null for none
 */
internal abstract class TestProxy(
    private val scheme: String,
    protected val credentials: String?,
) : AutoCloseable {
    private val server = ServerSocket(0, 100, InetAddress.getByName("127.0.0.1"))
    private val sockets = CopyOnWriteArrayList<Socket>()

    /** What it was asked for, in order. */
    val asked = CopyOnWriteArrayList<String>()

    val url: String get() = "$scheme://127.0.0.1:${server.localPort}"

    init {
        thread(isDaemon = true, name = "test-proxy") {
            while (true) {
                val socket =
                    try {
                        server.accept()
                    } catch (_: IOException) {
                        break
                    }
                sockets += socket
                thread(isDaemon = true, name = "test-proxy-connection") {
                    try {
                        serve(socket)
                    } catch (_: IOException) {
                        // somebody has gone
                    } finally {
                        socket.close()
                    }
                }
            }
        }
    }

    protected abstract fun serve(socket: Socket)

    protected fun connect(port: Int): Socket = Socket("127.0.0.1", port).also(sockets::add)

    override fun close() {
        server.close()
        sockets.forEach(Socket::close)
    }
}

/**
 * CONNECT, and requests in absolute form.
 *
 * @property refusal the status it answers CONNECT with instead of doing it; 0 for none
 */
internal class HttpTestProxy(
    credentials: String? = null,
    private val refusal: Int = 0,
    private val isSilent: Boolean = false,
) : TestProxy("http", credentials) {
    override fun serve(socket: Socket) {
        while (true) {
            val head = readHead(socket.getInputStream()) ?: return
            asked += head.lines().first().substringBeforeLast(' ')
            val expected = credentials?.let { "Basic " + Base64.getEncoder().encodeToString(it.toByteArray()) }
            val given = head.lines().find { it.startsWith("Proxy-Authorization:", ignoreCase = true) }?.substringAfter(": ")
            when {
                isSilent -> Thread.sleep(60_000)

                given != expected -> {
                    skipBody(socket.getInputStream(), head)
                    answer(socket, "407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=\"p\"\r\n")
                }

                refusal != 0 -> answer(socket, "$refusal No", "")

                head.startsWith("CONNECT ") -> return tunnel(socket, head)

                else -> return forward(socket, head)
            }
        }
    }

    private fun tunnel(socket: Socket, head: String) {
        val other = connect(head.substringAfter(' ').substringBefore(' ').substringAfterLast(':').toInt())
        socket.getOutputStream().write("HTTP/1.1 200 Connected\r\n\r\n".toByteArray())
        relay(socket, other)
    }

    /** One request in absolute form; the rest of the connection goes to the same server. */
    private fun forward(socket: Socket, head: String) {
        val url = head.substringAfter(' ').substringBefore(' ')
        val authority = url.substringAfter("://").substringBefore('/')
        val path = url.substringAfter("://").removePrefix(authority).ifEmpty { "/" }
        val other = connect(authority.substringAfterLast(':').toInt())
        val lines = head.replaceFirst(url, path).lines().filterNot { it.startsWith("Proxy-", ignoreCase = true) }
        other.getOutputStream().write(lines.joinToString("\r\n").toByteArray())
        relay(socket, other)
    }

    private fun answer(socket: Socket, status: String, headers: String) =
        socket.getOutputStream().write("HTTP/1.1 $status\r\n${headers}Content-Length: 0\r\n\r\n".toByteArray())

    private fun skipBody(input: InputStream, head: String) {
        val length = head.lines().find { it.startsWith("Content-Length:", ignoreCase = true) }?.substringAfter(':')?.trim()?.toInt() ?: 0
        input.readNBytes(length)
    }
}

/** SOCKS 5 (RFC 1928), with a user and password (RFC 1929) if [credentials] says so. */
internal class SocksTestProxy(
    credentials: String? = null,
    private val reply: Int = 0,
) : TestProxy("socks5", credentials) {
    override fun serve(socket: Socket) {
        val input = DataInputStream(socket.getInputStream())
        val output = socket.getOutputStream()
        input.readUnsignedByte()
        val methods = input.readNBytes(input.readUnsignedByte())
        val wanted = if (credentials == null) 0 else 2
        if (methods.none { it.toInt() == wanted }) return output.write(byteArrayOf(5, -1))
        output.write(byteArrayOf(5, wanted.toByte()))
        if (credentials != null) {
            input.readUnsignedByte()
            val user = input.readNBytes(input.readUnsignedByte()).decodeToString()
            val password = input.readNBytes(input.readUnsignedByte()).decodeToString()
            val isRight = "$user:$password" == credentials
            output.write(byteArrayOf(1, if (isRight) 0 else 1))
            if (!isRight) return
        }
        input.readNBytes(3)
        val host =
            when (input.readUnsignedByte()) {
                1 -> InetAddress.getByAddress(input.readNBytes(4)).hostAddress
                3 -> input.readNBytes(input.readUnsignedByte()).decodeToString()
                else -> "?"
            }
        val port = input.readUnsignedShort()
        asked += "$host:$port"
        output.write(byteArrayOf(5, reply.toByte(), 0, 1, 0, 0, 0, 0, 0, 0))
        if (reply == 0) relay(socket, connect(port))
    }
}

/** The request line and headers, with the empty line; null at the end. */
private fun readHead(input: InputStream): String? {
    val head = StringBuilder()
    while (!head.endsWith("\r\n\r\n")) {
        val byte = input.read()
        if (byte < 0) return null
        head.append(byte.toChar())
    }
    return head.toString()
}
