package io.github.latchkey.mcp.test

import java.net.BindException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.SocketTimeoutException
import java.util.concurrent.TimeUnit

/** Keeps [port] without listening on it, so that connections to it are refused and nobody else gets it. */
internal fun heldPort(port: Int): AutoCloseable =
    whenFree {
        Socket().apply {
            reuseAddress = true
            bind(InetSocketAddress(LOOPBACK, port))
        }
    }

/** A port whose server accepts nothing and whose queue is full, so that the kernel answers no more. */
internal class BlackHole(port: Int) : AutoCloseable {
    private val socket = whenFree { ServerSocket(port, 1, InetAddress.getByName(LOOPBACK)) }
    private val waiting = List(WAITING) { Socket() }

    init {
        for (client in waiting) {
            try {
                client.connect(InetSocketAddress(LOOPBACK, port), FULL_MILLIS)
            } catch (_: SocketTimeoutException) {
                break // full
            }
        }
    }

    override fun close() {
        waiting.forEach(Socket::close)
        socket.close()
    }

    private companion object {
        const val WAITING = 4
        const val FULL_MILLIS = 100
    }
}

/** The server that had the port may take a moment to let go of it. */
private fun <T> whenFree(take: () -> T): T {
    repeat(BIND_ATTEMPTS) {
        try {
            return take()
        } catch (_: BindException) {
            TimeUnit.MILLISECONDS.sleep(BIND_PAUSE_MILLIS)
        }
    }
    return take()
}

private const val BIND_ATTEMPTS = 100
private const val BIND_PAUSE_MILLIS = 20L
