package io.github.latchkey.mcp.http.soak

import java.io.BufferedInputStream
import java.io.IOException
import java.io.InputStream
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicLong
import java.util.concurrent.locks.LockSupport
import kotlin.random.Random

/**
 * A server that keeps no record of what it does.
 *
 * @param keepsConnections whether a connection lives as long as the client likes, or for one answer
 */
internal class SoakServer(private val keepsConnections: Boolean = true) : AutoCloseable {
    private val listener = ServerSocket(0, BACKLOG, InetAddress.getByName("127.0.0.1"))
    private val open = ConcurrentHashMap.newKeySet<Socket>()
    private val threads = Executors.newCachedThreadPool { Thread(null, it, "soak-server", STACK_BYTES).apply { isDaemon = true } }

    val url = "http://127.0.0.1:${listener.localPort}/mcp"
    val openConnectionCount: Int get() = open.size
    val requestCount = AtomicLong()

    init {
        threads.execute(::listen)
    }

    override fun close() {
        listener.close()
        open.forEach(Socket::close)
        threads.shutdownNow()
    }

    private fun listen() {
        while (!listener.isClosed) {
            val socket =
                try {
                    listener.accept()
                } catch (_: IOException) {
                    return // closed
                }
            open += socket
            threads.execute { serve(socket) }
        }
    }

    private fun serve(socket: Socket) {
        try {
            socket.tcpNoDelay = true
            val input = BufferedInputStream(socket.getInputStream())
            while (true) {
                val request = readRequest(input) ?: break
                requestCount.incrementAndGet()
                if (!answer(request, socket, input) || !keepsConnections) break
            }
        } catch (_: IOException) {
            // the client has gone
        } finally {
            open -= socket
            socket.close()
        }
    }

    /** Returns whether the connection can go on. */
    private fun answer(request: Request, socket: Socket, input: InputStream): Boolean {
        val deed = Deed.entries.find { """"name":"$it"""" in request.body }
        if (deed == null) {
            socket.write(rightAnswer(request))
            return true
        }
        if (!deed.isSilent) LockSupport.parkNanos(Random.nextLong(MAX_DELAY_NANOS))
        return act(deed, request, socket, input)
    }

    private fun act(deed: Deed, request: Request, socket: Socket, input: InputStream): Boolean {
        val token = request.find("token")
        val id = request.id
        val result = """{"jsonrpc":"2.0","id":$id,"result":{"content":[{"type":"text","text":"$token"}]}}"""
        when (deed) {
            Deed.ANSWER -> socket.write(whole(200, JSON, result))

            Deed.ANSWER_AS_STREAM -> socket.write(STREAM + chunk(NOTE) + chunk("data: $result\n\n") + chunk(""))

            Deed.REFUSE -> socket.write(whole(500, "text/plain", token))

            Deed.ANSWER_WITH_ERROR ->
                socket.write(whole(200, JSON, """{"jsonrpc":"2.0","id":$id,"error":{"code":-32603,"message":"$token"}}"""))

            Deed.ANSWER_ANOTHER -> socket.write(whole(200, JSON, """{"jsonrpc":"2.0","id":"another","result":{}}"""))

            Deed.END_STREAM -> socket.write(STREAM + chunk(NOTE) + chunk(""))

            Deed.BREAK_OFF -> socket.write(whole(200, JSON, result).dropLast(10))

            Deed.RESET -> socket.setSoLinger(true, 0)

            Deed.END -> {}

            Deed.FALL_SILENT, Deed.BE_CANCELLED -> input.read() // until the client goes away
        }
        return deed in KEEPING
    }

    private fun rightAnswer(request: Request): String =
        when {
            request.method == "GET" -> whole(405, null, "")
            request.method == "DELETE" -> whole(204, null, "")
            request.id.isEmpty() -> whole(202, null, "")
            "server/discover" in request.body -> whole(200, JSON, """{"jsonrpc":"2.0","id":${request.id},"result":$DISCOVERED}""")
            else -> whole(200, JSON, """{"jsonrpc":"2.0","id":${request.id},"result":$INITIALIZED}""", "Mcp-Session-Id: soak\r\n")
        }

    private class Request(val method: String, val body: String) {
        val id: String get() = body.substringAfter("\"id\":", "").takeWhile { it.isDigit() }

        fun find(name: String): String = body.substringAfter("\"$name\":\"").substringBefore('"')
    }

    private fun readRequest(input: InputStream): Request? {
        val first = readLine(input) ?: return null
        var length = 0
        while (true) {
            val line = readLine(input) ?: return null
            if (line.isEmpty()) break
            if (line.startsWith("Content-Length:", ignoreCase = true)) length = line.substringAfter(':').trim().toInt()
        }
        return Request(first.substringBefore(' '), input.readNBytes(length).decodeToString())
    }

    private fun readLine(input: InputStream): String? {
        val line = StringBuilder()
        while (true) {
            when (val byte = input.read()) {
                -1 -> return null
                '\n'.code -> return line.toString().removeSuffix("\r")
                else -> line.append(byte.toChar())
            }
        }
    }

    private fun Socket.write(text: String) = getOutputStream().write(text.toByteArray())

    private fun whole(status: Int, type: String?, body: String, headers: String = ""): String {
        val typed = if (type == null) "" else "Content-Type: $type\r\n"
        val length = if (status == 204) "" else "Content-Length: ${body.length}\r\n"
        val last = if (keepsConnections) "" else "Connection: close\r\n"
        return "HTTP/1.1 $status Soak\r\n$typed$headers$length$last\r\n$body"
    }

    private fun chunk(text: String) = "${text.length.toString(16)}\r\n$text\r\n"

    private companion object {
        const val BACKLOG = 4_096
        const val STACK_BYTES = 128L * 1024
        const val MAX_DELAY_NANOS = 200_000_000L
        const val JSON = "application/json"
        const val STREAM = "HTTP/1.1 200 Soak\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        const val NOTE = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}\n\n"
        const val DISCOVERED = """{"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}}"""
        const val INITIALIZED = """{"protocolVersion":"2025-11-25","capabilities":{"tools":{}}}"""
        val KEEPING = setOf(Deed.ANSWER, Deed.ANSWER_AS_STREAM, Deed.REFUSE, Deed.ANSWER_WITH_ERROR, Deed.ANSWER_ANOTHER, Deed.END_STREAM)
    }
}
