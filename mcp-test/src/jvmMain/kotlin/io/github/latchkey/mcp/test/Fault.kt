package io.github.latchkey.mcp.test

import java.net.ServerSocket

/**
 * Something that a server, or what lies before it, does wrong. [Faults] lists those that there are; a [FaultServer] makes one
 * happen at a place of its choice.
 *
 * @property id a short name, unique and stable
 * @property description what happens, in a few words
 */
public sealed class Fault(public val id: String, public val description: String) {
    /** Where it can happen. */
    public open val places: Set<FaultPlace> get() = FaultPlace.entries.toSet()

    override fun toString(): String = id

    /** A wrong answer to a request that was read. */
    public class OfAnswer internal constructor(
        id: String,
        description: String,
        internal val answer: FaultyExchange.() -> Unit,
    ) : Fault(id, description)

    /**
     * A connection that goes wrong before a request was read.
     *
     * @property isTls whether the client is to speak TLS to it
     */
    public class OfConnection internal constructor(
        id: String,
        description: String,
        public val isTls: Boolean = false,
        internal val openSocket: () -> ServerSocket = ::loopbackSocket,
        internal val serve: RawConnection.() -> Unit,
    ) : Fault(id, description) {
        // The rest of the session would have to speak TLS, too.
        override val places: Set<FaultPlace> get() = if (isTls) setOf(FaultPlace.CONNECT) else super.places
    }

    /** An address that leads nowhere. */
    public class OfAddress internal constructor(
        id: String,
        description: String,
        internal val kind: Kind,
    ) : Fault(id, description) {
        override val places: Set<FaultPlace> get() = if (kind == Kind.UNKNOWN_HOST) setOf(FaultPlace.CONNECT) else super.places

        internal enum class Kind { REFUSED, BLACK_HOLE, UNKNOWN_HOST }
    }
}

/** Where in the life of a session a [Fault] happens. */
public enum class FaultPlace {
    /** `server/discover` and `initialize`. */
    CONNECT,

    /** `notifications/initialized`. */
    INITIALIZED,

    /** `tools/call` of the tool [FaultServer.FAULTY_TOOL], and no other. */
    CALL,

    /** The GET by which a client of the session era listens. */
    STREAM,

    /** The DELETE by which it ends its session. */
    CLOSE,
    ;

    /** What a client sends just before, if that is always the same. */
    internal val before: String?
        get() =
            when (this) {
                INITIALIZED -> "initialize"
                STREAM -> "notifications/initialized"
                CONNECT, CALL, CLOSE -> null
            }

    internal fun covers(request: RecordedRequest): Boolean =
        when (this) {
            CONNECT -> request.jsonRpcMethod == "server/discover" || request.jsonRpcMethod == "initialize"
            INITIALIZED -> request.jsonRpcMethod == "notifications/initialized"
            CALL -> request.toolName == FaultServer.FAULTY_TOOL
            STREAM -> request.method == "GET"
            CLOSE -> request.method == "DELETE"
        }
}

/**
 * A request that is about to be answered wrongly.
 *
 * @property request what was asked
 * @property right what the right answer would be
 */
internal class FaultyExchange(val connection: RawConnection, val request: RecordedRequest, val right: RightAnswer) {
    /** Sends a whole answer, after which the connection is not used again. */
    fun answer(status: Int, type: String? = null, body: String = "", headers: Map<String, String> = emptyMap()) {
        val typed = if (type == null) emptyMap() else mapOf("Content-Type" to type)
        connection.sendAnswer(status, LAST + right.headers + typed + headers, body)
    }

    /** Sends the head of an answer of status 200 with [fields] after those of the right one. */
    fun startAnswer(vararg fields: String) {
        val lines = (LAST + right.headers).map { "${it.key}: ${it.value}" } + fields
        connection.sendRaw("HTTP/1.1 200 Scripted\r\n" + lines.joinToString("") { "$it\r\n" } + "\r\n")
    }

    fun startChunked(type: String): Unit = startAnswer("Content-Type: $type", "Transfer-Encoding: chunked")

    /** Sends an event stream in one piece for each of [parts], and ends it as it should be. */
    fun stream(vararg parts: String) {
        startChunked(EVENTS)
        parts.forEach(connection::sendChunk)
        connection.sendChunk("")
    }

    /** Sends [chunk] again and again, until the client goes away. */
    fun repeatChunk(chunk: String, everyMillis: Long = 0) {
        while (!connection.isClientClosed) {
            connection.sendChunk(chunk)
            if (everyMillis > 0) connection.pause(everyMillis)
        }
    }

    /** Says nothing more, and leaves it to the client to close. */
    fun fallSilent(): Unit = connection.awaitClientClosed()

    /** Breaks off here. */
    fun breakOff(): Unit = connection.close()

    private companion object {
        val LAST = mapOf("Connection" to "close")
    }
}

internal const val JSON = "application/json"
internal const val EVENTS = "text/event-stream"

internal fun event(data: String): String = "data: $data\n\n"
