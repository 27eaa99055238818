package io.github.latchkey.mcp.http.internal

/**
 * One dispatched event of an event stream.
 *
 * @property type the value of its `event` field, empty if it had none
 * @property data its `data` lines, joined; never empty
 */
internal class ServerSentEvent(
    val type: String,
    val data: String,
) {
    /** Whether it carries a message: only events without a type, or of type `message`, do (MCP 2024-11-05, HTTP with SSE). */
    val isMessage: Boolean get() = type.isEmpty() || type == "message"
}

/** An event, or a line of one, grew beyond [limitBytes]. */
internal class EventTooLargeException(
    val limitBytes: Int,
) : RuntimeException("an event of more than $limitBytes bytes")

/**
 * Reads an event stream by the rules of the WHATWG HTML standard (§9.2.6), from bytes that arrive in chunks cut anywhere.
 * [feed] it a chunk, then take events by [next] until there is none. An event that the stream does not finish is not dispatched.
 * Events without data are not dispatched either, but their `id` and `retry` count (MCP 2025-11-25, Streamable HTTP, Sending
 * Messages).
 *
 * @param maxEventBytes the largest event, and the largest line, that is kept
 * @param lastEventId the one in force, when an earlier connection began the stream
 */
internal class SseParser(
    private val maxEventBytes: Int,
    lastEventId: String = "",
) {
    /** The `id` that was in force when the last event ended; empty if there is none. */
    var lastEventId: String = lastEventId
        private set

    /** The last `retry` of this connection, in milliseconds; null if there was none. */
    var retryMillis: Long? = null
        private set

    private var chunk = ByteArray(0)
    private var at = 0
    private var end = 0

    // What came before the chunk of a line that the chunk ends, or does not end.
    private var line = ByteAccumulator()
    private var data = ByteAccumulator()
    private var dataStart = 0
    private var hasData = false
    private var type = ""
    private var id = lastEventId
    private var isFirstLine = true
    private var isLineFeedSkipped = false

    /** Goes on with [bytes] up to [to]. They are read in place, so they must not change until [next] has returned null. */
    fun feed(bytes: ByteArray, to: Int) {
        chunk = bytes
        at = 0
        end = to
    }

    /** The next event that is complete, or null if that takes more bytes. Throws [EventTooLargeException]. */
    fun next(): ServerSentEvent? {
        while (at < end) {
            if (isLineFeedSkipped && skipLineFeed()) continue
            val lineEnd = findLineEnd()
            if (lineEnd == end) {
                keepLine(lineEnd)
                return null
            }
            val event = takeLine(lineEnd)
            isLineFeedSkipped = chunk[lineEnd] == CR
            at = lineEnd + 1
            if (event != null) return event
        }
        return null
    }

    /** A CR ends a line at once; an LF that follows it, maybe in the next chunk, belongs to it. */
    private fun skipLineFeed(): Boolean {
        isLineFeedSkipped = false
        if (chunk[at] != LF) return false
        at++
        return true
    }

    private fun findLineEnd(): Int {
        val bytes = chunk
        val to = end
        var i = at
        while (i < to && bytes[i] != LF && bytes[i] != CR) i++
        return i
    }

    private fun keepLine(to: Int) {
        requireRoom(line.size + to - at)
        line.append(chunk, at, to)
        at = to
    }

    private fun takeLine(to: Int): ServerSentEvent? {
        if (line.size == 0) return readLine(chunk, at, to)
        keepLine(to)
        val kept = line
        val event = readLine(kept.array, 0, kept.size)
        // Unless it has become the data.
        if (kept === line) line.clear()
        return event
    }

    private fun readLine(bytes: ByteArray, from: Int, to: Int): ServerSentEvent? {
        var start = from
        if (isFirstLine) {
            isFirstLine = false
            if (bytes.startsWith(BYTE_ORDER_MARK, from, to)) start += BYTE_ORDER_MARK.size
        }
        if (start == to) return endEvent()
        if (bytes[start] != COLON) readField(bytes, start, to)
        return null
    }

    private fun readField(bytes: ByteArray, from: Int, to: Int) {
        var colon = from
        while (colon < to && bytes[colon] != COLON) colon++
        var value = minOf(colon + 1, to)
        if (value < to && bytes[value] == SPACE) value++
        when {
            bytes.isName("data", from, colon) -> appendData(bytes, value, to)
            bytes.isName("event", from, colon) -> type = if (bytes.isName(MESSAGE, value, to)) MESSAGE else bytes.decodeToString(value, to)
            bytes.isName("id", from, colon) -> if (!bytes.hasNul(value, to)) id = bytes.decodeToString(value, to)
            bytes.isName("retry", from, colon) -> readRetry(bytes.decodeToString(value, to))
        }
    }

    private fun appendData(bytes: ByteArray, from: Int, to: Int) {
        requireRoom(data.size + 1 + to - from)
        if (!hasData && bytes === line.array) return takeLineAsData(from)
        if (hasData) data.append(LF)
        data.append(bytes, from, to)
        hasData = true
    }

    /** A line that is large enough to come in pieces is not copied once more. */
    private fun takeLineAsData(from: Int) {
        val free = data
        data = line
        dataStart = from
        line = free
        hasData = true
    }

    private fun readRetry(value: String) {
        if (value.isNotEmpty() && value.all { it in '0'..'9' }) value.toLongOrNull()?.let { retryMillis = it }
    }

    private fun endEvent(): ServerSentEvent? {
        lastEventId = id
        val event = if (data.size > dataStart) ServerSentEvent(type, data.decode(dataStart)) else null
        data.clear()
        dataStart = 0
        hasData = false
        type = ""
        return event
    }

    private fun requireRoom(size: Int) {
        if (size > maxEventBytes) throw EventTooLargeException(maxEventBytes)
    }

    private companion object {
        const val MESSAGE = "message"
        const val LF: Byte = 10
        const val CR: Byte = 13
        const val SPACE: Byte = 32
        const val COLON: Byte = 58
        val BYTE_ORDER_MARK = byteArrayOf(0xEF.toByte(), 0xBB.toByte(), 0xBF.toByte())

        fun ByteArray.startsWith(prefix: ByteArray, from: Int, to: Int): Boolean =
            to - from >= prefix.size && prefix.indices.all { this[from + it] == prefix[it] }

        fun ByteArray.isName(name: String, from: Int, to: Int): Boolean {
            if (to - from != name.length) return false
            for (i in name.indices) if (this[from + i] != name[i].code.toByte()) return false
            return true
        }

        fun ByteArray.hasNul(from: Int, to: Int): Boolean = (from until to).any { this[it] == 0.toByte() }
    }
}
