package io.github.latchkey.mcp.http.internal

/** Bytes that come in pieces and are wanted whole. Keeps its array between uses, unless that became large. */
internal class ByteAccumulator(
    private val initialCapacity: Int = INITIAL_CAPACITY,
) {
    /** Where the bytes are, from 0 to [size]; changes when it has to grow. */
    var array: ByteArray = EMPTY
        private set

    var size: Int = 0
        private set

    fun append(source: ByteArray, from: Int, to: Int) {
        ensureRoom(to - from)
        source.copyInto(array, size, from, to)
        size += to - from
    }

    fun append(byte: Byte) {
        ensureRoom(1)
        array[size++] = byte
    }

    /** Makes room for [count] more bytes at [size]; whoever writes them there says so with [advance]. */
    fun ensureRoom(count: Int) {
        val needed = size + count
        if (needed > array.size) array = array.copyOf(maxOf(needed, initialCapacity, array.size * 2))
    }

    fun advance(count: Int) {
        size += count
    }

    fun clear() {
        size = 0
        if (array.size > MAX_KEPT_CAPACITY) array = EMPTY
    }

    /** The bytes from [from] on as UTF-8; what is not UTF-8 becomes U+FFFD. */
    fun decode(from: Int = 0): String = array.decodeToString(from, size)

    private companion object {
        val EMPTY = ByteArray(0)
        const val INITIAL_CAPACITY = 1024
        const val MAX_KEPT_CAPACITY = 64 * 1024
    }
}
