package io.github.latchkey.mcp.http.internal

/**
 * Bytes on their way from who adds them to who takes them. Not thread-safe.
 *
 * @param roomy how many it has room for once those that came first were not all; it grows when there are more
 */
internal class ByteQueue(
    private val roomy: Int,
) {
    private var bytes = EMPTY
    private var from = 0
    private var to = 0

    val size: Int get() = to - from

    fun add(source: ByteArray, start: Int, end: Int) {
        val count = end - start
        if (count > bytes.size - to) makeRoom(size + count)
        source.copyInto(bytes, to, start, end)
        to += count
    }

    /** Moves up to [count] of them into [into] from [at] on; returns how many there were. */
    fun take(into: ByteArray, at: Int, count: Int): Int {
        val taken = minOf(count, size)
        bytes.copyInto(into, at, from, from + taken)
        from += taken
        if (from == to) {
            from = 0
            to = 0
        }
        return taken
    }

    /** Just enough for those that come first, which are often all. */
    private fun makeRoom(needed: Int) {
        val old = bytes
        if (needed > old.size) bytes = ByteArray(if (old.isEmpty()) needed else maxOf(needed, roomy))
        old.copyInto(bytes, 0, from, to)
        to -= from
        from = 0
    }

    private companion object {
        val EMPTY = ByteArray(0)
    }
}
