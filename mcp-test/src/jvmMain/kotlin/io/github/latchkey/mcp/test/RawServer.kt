package io.github.latchkey.mcp.test

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.update
import java.io.IOException
import java.net.ServerSocket
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicBoolean

/** What a [RawServer] does with one connection; when it returns, the server closes the connection. */
public fun interface RawScript {
    /** Serves [connection]. May block: it has a thread of its own. An `IOException` just ends the connection. */
    @Throws(IOException::class, InterruptedException::class)
    public fun serve(connection: RawConnection)
}

/**
 * A server on plain sockets for what an HTTP server would never do: silence, resets, half answers, broken framing.
 * It listens on a free port of 127.0.0.1, with a thread of its own, until it is closed.
 */
public class RawServer private constructor(private val socket: ServerSocket, private val script: RawScript) : AutoCloseable {
    private val connections = CopyOnWriteArrayList<RawConnection>()
    private val counts = MutableStateFlow(Counts(accepted = 0, open = 0))
    private val received = Recording<RecordedRequest>("requests")
    private val isClosed = AtomicBoolean()

    /** The port it listens on. */
    @get:JvmName("port")
    public val port: Int = socket.localPort

    /** `http://127.0.0.1:<port>`, without a path. */
    @get:JvmName("url")
    public val url: String = "http://127.0.0.1:$port"

    /** How many connections were accepted so far. */
    public val connectionCount: Int get() = counts.value.accepted

    /** How many connections are open: neither did the client close its side, nor the script the whole. */
    public val openConnectionCount: Int get() = counts.value.open

    /** The requests that scripts have read whole, in order. Their status stays null. */
    public val requests: List<RecordedRequest> get() = received.snapshot()

    /** What went wrong in a script, other than the end of its connection: also mistakes in the test itself. */
    public val scriptFailures: List<Throwable> get() = connections.mapNotNull { it.failure }

    /** Waits until [count] requests were read, at most five seconds, then throws `AssertionError`. */
    @JvmSynthetic
    public suspend fun awaitRequests(count: Int): List<RecordedRequest> = received.await(count)

    /** The same as `awaitRequests`, for Java: holds the calling thread. */
    public fun waitForRequests(count: Int): List<RecordedRequest> = holdingTheThread { awaitRequests(count) }

    /**
     * Waits until there was a connection and none is open any more; false when [timeoutMillis] of real time pass before that.
     * A client's close is seen whatever the script is doing.
     */
    @JvmSynthetic
    public suspend fun awaitClientClosed(timeoutMillis: Long = WAIT_LIMIT_MILLIS): Boolean =
        inRealTime(timeoutMillis) { counts.first { it.accepted > 0 && it.open == 0 } } != null

    /** The same as `awaitClientClosed`, for Java: holds the calling thread. */
    public fun waitForClientClosed(timeoutMillis: Long): Boolean = holdingTheThread { awaitClientClosed(timeoutMillis) }

    /** Stops listening and closes every connection. Can be called twice. */
    override fun close() {
        if (!isClosed.compareAndSet(false, true)) return
        socket.close()
        connections.forEach { it.close() }
    }

    /** Takes no more connections, and goes on with those that there are. */
    internal fun stopListening(): Unit = socket.close()

    private fun listen() {
        while (!isClosed.get()) {
            val accepted =
                try {
                    socket.accept()
                } catch (_: IOException) {
                    return // closed
                }
            counts.update { Counts(it.accepted + 1, it.open + 1) }
            val connection = RawConnection(accepted, counts.value.accepted, received) { counts.update { it.copy(open = it.open - 1) } }
            connections += connection
            connection.start(script)
            if (isClosed.get()) connection.close() // close() may have missed it
        }
    }

    private data class Counts(val accepted: Int, val open: Int)

    public companion object {
        /** A server that treats each connection by [script]. */
        @JvmStatic
        public fun start(script: RawScript): RawServer = start(loopbackSocket(), script)

        internal fun start(socket: ServerSocket, script: RawScript): RawServer {
            val server = RawServer(socket, script)
            rawThread("accept-${server.port}") { server.listen() }
            return server
        }

        /** A server that accepts connections, reads what comes, and never answers. */
        @JvmStatic
        public fun silent(): RawServer =
            start { connection ->
                connection.readRequest()
                connection.awaitClientClosed()
            }

        /** A server that answers every request of every connection the same, with `Content-Length`. */
        @JvmStatic
        @JvmOverloads
        public fun answering(status: Int, headers: Map<String, String> = emptyMap(), body: String = ""): RawServer =
            start { connection ->
                while (true) {
                    connection.readRequest() ?: break
                    connection.sendAnswer(status, headers, body)
                }
            }
    }
}

/** A started daemon thread whose name tells [LeakCheck] where it comes from. */
internal fun rawThread(name: String, block: () -> Unit): Thread =
    Thread(block, "latchkey-raw-$name").apply {
        isDaemon = true
        start()
    }
