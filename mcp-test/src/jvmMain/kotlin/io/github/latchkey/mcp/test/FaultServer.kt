package io.github.latchkey.mcp.test

import io.github.latchkey.mcp.test.Fault.OfAddress.Kind
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger

/**
 * An MCP server on plain sockets that does everything right, but for one [fault] at one [place]. Speaks every revision, has
 * every tool, and closes each connection after one answer.
 *
 * The tool [FAULTY_TOOL] is the one whose calls meet a fault at [FaultPlace.CALL]. Calls of [HELD_TOOL] are answered after
 * [release], so that a test can have one under way while the fault happens.
 */
public class FaultServer private constructor(public val fault: Fault, public val place: FaultPlace) : AutoCloseable {
    private val turns = AtomicInteger() // connections that are to go wrong
    private val released = CountDownLatch(1)
    private val server = RawServer.start((fault as? Fault.OfConnection)?.openSocket?.invoke() ?: loopbackSocket(), ::serve)
    private var holder: AutoCloseable? = null // keeps others from the port, once the server has left it

    /** The URL of its endpoint. */
    @get:JvmName("url")
    public val url: String =
        when {
            fault is Fault.OfAddress && fault.kind == Kind.UNKNOWN_HOST -> "http://latchkey.invalid/mcp"
            fault is Fault.OfConnection && fault.isTls -> "https://$LOOPBACK:${server.port}/mcp"
            else -> "http://$LOOPBACK:${server.port}/mcp"
        }

    /** How many connections are open: neither did the client close its side, nor the server the whole. */
    public val openConnectionCount: Int get() = server.openConnectionCount

    /** How many connections were accepted so far. */
    public val connectionCount: Int get() = server.connectionCount

    /** The requests that were read whole, in order. */
    public val requests: List<RecordedRequest> get() = server.requests

    /** What went wrong in the server itself, other than on purpose. */
    public val scriptFailures: List<Throwable> get() = server.scriptFailures

    /** Waits until no connection is open any more; false when [timeoutMillis] of real time pass before that. */
    @JvmSynthetic
    public suspend fun awaitClientClosed(timeoutMillis: Long): Boolean =
        server.connectionCount == 0 || server.awaitClientClosed(timeoutMillis)

    /**
     * Lets a fault of connections or addresses begin: the next connection goes wrong, or there are none any more. At
     * [FaultPlace.CONNECT], [FaultPlace.INITIALIZED] and [FaultPlace.STREAM] that begins by itself. Does nothing for a fault of
     * answers.
     */
    public fun begin() {
        when (fault) {
            is Fault.OfAnswer -> {}
            is Fault.OfConnection -> turns.incrementAndGet()
            is Fault.OfAddress -> leadNowhere(fault.kind)
        }
    }

    /** Answers the calls of [HELD_TOOL]. */
    public fun release(): Unit = released.countDown()

    override fun close() {
        release()
        server.close()
        holder?.close()
    }

    private fun serve(connection: RawConnection) {
        if (fault is Fault.OfConnection && (place == FaultPlace.CONNECT || takeTurn())) {
            fault.serve(connection)
            return
        }
        val request = connection.readRequest() ?: return
        if (request.jsonRpcMethod == place.before) begin()
        if (request.toolName == HELD_TOOL) released.await(HELD_SECONDS, TimeUnit.SECONDS)
        val exchange = FaultyExchange(connection, request, RightAnswer.to(request))
        if (fault is Fault.OfAnswer && place.covers(request)) fault.answer(exchange) else exchange.answerRight()
        // A client that does not close on its own is one that leaves something behind.
        connection.awaitClientClosed()
    }

    private fun FaultyExchange.answerRight() {
        if (right.status == OK) answer(OK, JSON, right.message) else answer(right.status)
    }

    private fun takeTurn(): Boolean = turns.getAndUpdate { maxOf(0, it - 1) } > 0

    private fun leadNowhere(kind: Kind) {
        server.stopListening()
        if (holder == null) holder = if (kind == Kind.BLACK_HOLE) BlackHole(server.port) else heldPort(server.port)
    }

    public companion object {
        /** The tool whose calls meet the fault at [FaultPlace.CALL]. */
        public const val FAULTY_TOOL: String = "faulty"

        /** The tool whose calls are answered after [release]. */
        public const val HELD_TOOL: String = "held"

        /** A server on a free port of 127.0.0.1. Throws [IllegalArgumentException] if [fault] cannot happen at [place]. */
        @JvmStatic
        public fun start(fault: Fault, place: FaultPlace): FaultServer {
            require(place in fault.places) { "$fault cannot happen at $place" }
            return FaultServer(fault, place).also { if (place == FaultPlace.CONNECT) it.begin() }
        }

        private const val OK = 200
        private const val HELD_SECONDS = 60L
    }
}
