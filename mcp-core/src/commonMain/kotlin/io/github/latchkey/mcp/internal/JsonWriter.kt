package io.github.latchkey.mcp.internal

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** Writes JSON as UTF-8, without a text in between. */
internal class JsonWriter(
    capacity: Int,
) {
    private var bytes = ByteArray(capacity)
    private var size = 0

    /** What was written. */
    fun toByteArray(): ByteArray = if (size == bytes.size) bytes else bytes.copyOf(size)

    fun element(value: JsonElement) {
        when (value) {
            is JsonPrimitive -> if (value.isString) string(value.content) else raw(value.content)
            is JsonObject -> container('{', '}', value.entries) { (name, member) -> member(name, member) }
            is JsonArray -> container('[', ']', value, ::element)
        }
    }

    fun member(name: String, value: JsonElement) {
        string(name)
        byte(':')
        element(value)
    }

    fun string(value: String) {
        val text = value.encodeToByteArray()
        byte('"')
        var from = 0
        for (at in text.indices) {
            if (isEscaped(text[at])) {
                append(text, from, at)
                escape(text[at].toInt())
                from = at + 1
            }
        }
        append(text, from, text.size)
        byte('"')
    }

    /** [text] as it is. */
    fun raw(text: String) {
        val encoded = text.encodeToByteArray()
        append(encoded, 0, encoded.size)
    }

    private inline fun <T> container(open: Char, close: Char, items: Collection<T>, write: (T) -> Unit) {
        byte(open)
        var isFirst = true
        for (item in items) {
            if (!isFirst) byte(',')
            isFirst = false
            write(item)
        }
        byte(close)
    }

    private fun byte(char: Char) {
        ensureRoom(1)
        bytes[size++] = char.code.toByte()
    }

    private fun append(text: ByteArray, from: Int, to: Int) {
        ensureRoom(to - from)
        text.copyInto(bytes, size, from, to)
        size += to - from
    }

    private fun escape(char: Int) {
        byte('\\')
        val short = SHORT_ESCAPES.indexOf(char.toChar())
        if (short >= 0) {
            byte(SHORT_NAMES[short])
        } else {
            raw("u" + char.toString(radix = 16).padStart(4, '0'))
        }
    }

    private fun ensureRoom(count: Int) {
        val needed = size + count
        if (needed > bytes.size) bytes = bytes.copyOf(maxOf(needed, bytes.size + bytes.size / 2))
    }

    companion object {
        private const val QUOTE: Byte = 34
        private const val BACKSLASH: Byte = 92
        private const val SPACE: Byte = 32
        private const val SHORT_ESCAPES = "\"\\\n\r\t\b\u000C"
        private const val SHORT_NAMES = "\"\\nrtbf"
        private const val PUNCTUATION = 4

        /** Text has a line break now and then. */
        private const val CHARS_BETWEEN_ESCAPES = 16

        /** What is beyond ASCII is negative, and stands as it is. */
        private fun isEscaped(byte: Byte): Boolean =
            if (byte > QUOTE) byte == BACKSLASH else byte == QUOTE || byte in 0 until SPACE

        /** About how much room [value] takes. */
        fun sizeOf(value: JsonElement): Int =
            when (value) {
                is JsonPrimitive -> value.content.length.let { it + it / CHARS_BETWEEN_ESCAPES } + PUNCTUATION
                is JsonObject -> value.entries.sumOf { (name, member) -> name.length + PUNCTUATION + sizeOf(member) } + PUNCTUATION
                is JsonArray -> value.sumOf(::sizeOf) + PUNCTUATION
            }
    }
}
