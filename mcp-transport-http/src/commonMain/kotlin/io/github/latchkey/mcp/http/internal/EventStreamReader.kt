package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.McpException
import kotlin.time.TimeMark
import kotlin.time.TimeSource

/**
 * Reads one event stream, over all the connections that carry it one after the other, and knows from where to go on
 * (MCP 2025-11-25, Streamable HTTP, Resumability and Redelivery). An event id belongs to its stream, so every stream has a reader
 * of its own.
 */
internal class EventStreamReader(
    private val maxEventBytes: Int,
) {
    /** The id of the last event; empty if there is none, and then the stream cannot be resumed. */
    var lastEventId: String = ""
        private set

    /** How long the server asks to wait before the next connection; null if it does not say. */
    var retryMillis: Long? = null
        private set

    /** How the last connection ended. */
    var end: StreamEnd = StreamEnd(failure = null, hasProgressed = false)
        private set

    /** Whether there is an id, and one that a header can carry. */
    val canResume: Boolean get() = lastEventId.isNotEmpty() && lastEventId.all { it in ' '..'~' }

    /**
     * Reads [answer] up to the first event that [onEvent] makes something of, and returns that. Null when the connection ended
     * before; then [end] says how.
     */
    suspend inline fun <T : Any> read(answer: ReceivedAnswer, onEvent: (ServerSentEvent) -> T?): T? {
        val parser = SseParser(maxEventBytes, lastEventId)
        var chunk = chunkAfter(null, 0)
        var hasData = false
        while (true) {
            val count =
                try {
                    answer.body.read(chunk)
                } catch (e: McpException) {
                    return ended(parser, hasData, e)
                }
            if (count < 0) return ended(parser, hasData, failure = null)
            parser.feed(chunk, count)
            while (true) {
                val event = nextEvent(parser, answer) ?: break
                hasData = true
                onEvent(event)?.let { return it }
            }
            chunk = chunkAfter(chunk, count)
        }
    }

    /** There was no connection at all. */
    fun missed(failure: McpException) {
        end = StreamEnd(failure, hasProgressed = false)
    }

    /** Where to read on when [count] bytes came into [chunk]. */
    private fun chunkAfter(chunk: ByteArray?, count: Int): ByteArray =
        when {
            chunk == null -> ByteArray(FIRST_CHUNK_BYTES)
            count == FIRST_CHUNK_BYTES && chunk.size == FIRST_CHUNK_BYTES -> ByteArray(MAX_CHUNK_BYTES)
            else -> chunk
        }

    private fun nextEvent(parser: SseParser, answer: ReceivedAnswer): ServerSentEvent? =
        try {
            parser.next()
        } catch (_: EventTooLargeException) {
            throw answer.tooLarge(maxEventBytes)
        }

    private fun ended(parser: SseParser, hasData: Boolean, failure: McpException?): Nothing? {
        // Who names a time to come back at wants to be asked again.
        val asksBack = (parser.retryMillis ?: 0) > 0
        end = StreamEnd(failure, hasData || asksBack || parser.lastEventId != lastEventId)
        lastEventId = parser.lastEventId
        retryMillis = parser.retryMillis ?: retryMillis
        return null
    }

    private companion object {
        /** Enough for most: the response comes as one event. Who has more to send gets more room. */
        const val FIRST_CHUNK_BYTES = 1024
        const val MAX_CHUNK_BYTES = 8 * 1024
    }
}

/**
 * The end of a connection that carried a stream, or of an attempt to make one.
 *
 * @property failure null if the server ended it in good order
 * @property hasProgressed whether something new came over it
 * @property at when it was noticed
 */
internal class StreamEnd(
    val failure: McpException?,
    val hasProgressed: Boolean,
    val at: TimeMark = TimeSource.Monotonic.markNow(),
)
