package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.transport.Deadline
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlin.time.Duration.Companion.milliseconds

/**
 * The body of an answer, read as it comes.
 *
 * @param openDecoder makes what undoes its coding, null if it has none; called when the body is read, as not every one is
 * @param lost makes the failure of a body that breaks off
 */
internal class AnswerBody(
    private val answer: EngineAnswer,
    private val deadline: Deadline,
    openDecoder: () -> ContentDecoder? = { null },
    private val lost: (Throwable) -> McpException,
) : AutoCloseable {
    private val openedDecoder = lazy(LazyThreadSafetyMode.NONE, openDecoder)
    private val encoded by lazy(LazyThreadSafetyMode.NONE) { ByteArray(ENCODED_BYTES) }

    /** Whether it was read to its end. */
    var isEnded: Boolean = false
        private set

    /** Waits for bytes and reads them into [into] from [from] on. Returns how many there were, or -1 at the end. */
    suspend fun read(into: ByteArray, from: Int = 0): Int {
        val decoder = openedDecoder.value
        return if (decoder == null) receive(into, from) else readDecoded(decoder, into, from)
    }

    private suspend fun readDecoded(decoder: ContentDecoder, into: ByteArray, from: Int): Int {
        while (true) {
            val count =
                try {
                    decoder.decode(into, from)
                } catch (e: BrokenContentException) {
                    throw lost(e)
                }
            if (count > 0) return count
            val received = receive(encoded, 0)
            if (received < 0) {
                if (!decoder.isComplete) throw lost(BrokenContentException("it ends early"))
                return -1
            }
            decoder.feed(encoded, received)
        }
    }

    // A cancellation that is not the caller's is the engine's way to say that the connection broke.
    @Suppress("SuspendFunSwallowedCancellation")
    private suspend fun receive(into: ByteArray, from: Int): Int {
        val count =
            try {
                answer.read(into, from, into.size - from)
            } catch (e: Exception) { // engines throw what they like
                currentCoroutineContext().ensureActive()
                throw lost(e)
            }
        if (count < 0) {
            // A body that failed before it is read may say that it has ended.
            answer.failure?.let { throw lost(it) }
            isEnded = true
        } else {
            deadline.signOfLife()
        }
        return count
    }

    /** The whole body, if it is there already and not encoded: the array is the caller's. Else null. */
    fun takeWhole(): ByteArray? {
        if (openedDecoder.value != null) return null
        return answer.takeWhole()?.also { isEnded = true }
    }

    /**
     * Reads on until the end, or until [bytes] holds more than [limit].
     * What was read stays in [bytes] when this is cancelled or fails.
     */
    suspend fun readTo(bytes: ByteAccumulator, limit: Int) {
        while (bytes.size <= limit) {
            bytes.ensureRoom(1)
            val count = read(bytes.array, bytes.size)
            if (count < 0) return
            bytes.advance(count)
        }
    }

    /**
     * Looks for the end for [millis]. A connection whose answer was read whole can serve the next request. Gives up silently:
     * nobody needs these bytes. Returns whether the end was found.
     */
    suspend fun findEnd(millis: Long): Boolean {
        val rest = ByteAccumulator()
        withinTime(millis.milliseconds) {
            try {
                readTo(rest, MAX_IGNORED_BYTES)
            } catch (_: McpException) {
                // broken off: then there is no connection to use again
            }
        }
        return isEnded
    }

    /** Nothing may be read from now on. The connection is not touched. */
    override fun close() {
        if (openedDecoder.isInitialized()) openedDecoder.value?.close()
    }

    private companion object {
        const val ENCODED_BYTES = 8 * 1024
        const val MAX_IGNORED_BYTES = 64 * 1024
    }
}
