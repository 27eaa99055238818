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
        byte('"')
        var at = 0
        while (at < value.length) {
            at = plain(value, at)
            if (at < value.length) at = special(value, at)
        }
        byte('"')
    }

    /** [text] as it is. */
    fun raw(text: String) {
        var at = 0
        while (at < text.length) {
            at = ascii(text, at)
            if (at < text.length) at = beyondAscii(text, at)
        }
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

    /** Writes what stands in a JSON string as it is; returns where that ends. */
    private fun plain(value: String, from: Int): Int = ascii(value, from) { it >= ' ' && it != '"' && it != '\\' }

    private inline fun ascii(value: String, from: Int, isWritten: (Char) -> Boolean = { true }): Int {
        ensureRoom(value.length - from)
        val out = bytes
        var to = size
        var at = from
        while (at < value.length) {
            val char = value[at]
            if (char.code >= FIRST_BEYOND_ASCII || !isWritten(char)) break
            out[to++] = char.code.toByte()
            at++
        }
        size = to
        return at
    }

    private fun special(value: String, at: Int): Int {
        val char = value[at]
        if (char.code >= FIRST_BEYOND_ASCII) return beyondAscii(value, at)
        val short = SHORT_ESCAPES.indexOf(char)
        raw(if (short >= 0) "\\${SHORT_NAMES[short]}" else "\\u" + char.code.toString(radix = 16).padStart(4, '0'))
        return at + 1
    }

    private fun beyondAscii(value: String, from: Int): Int {
        var to = from
        while (to < value.length && value[to].code >= FIRST_BEYOND_ASCII) to++
        val encoded = value.substring(from, to).encodeToByteArray()
        ensureRoom(encoded.size)
        encoded.copyInto(bytes, size)
        size += encoded.size
        return to
    }

    private fun ensureRoom(count: Int) {
        val needed = size + count
        if (needed > bytes.size) bytes = bytes.copyOf(maxOf(needed, bytes.size + bytes.size / 2))
    }

    companion object {
        private const val FIRST_BEYOND_ASCII = 0x80
        private const val SHORT_ESCAPES = "\"\\\n\r\t\b\u000C"
        private const val SHORT_NAMES = "\"\\nrtbf"
        private const val PUNCTUATION = 4

        /** Text has a line break now and then. */
        private const val CHARS_BETWEEN_ESCAPES = 16

        /** About how much room [value] takes. */
        fun sizeOf(value: JsonElement): Int =
            when (value) {
                is JsonPrimitive -> value.content.length.let { it + it / CHARS_BETWEEN_ESCAPES } + PUNCTUATION
                is JsonObject -> value.entries.sumOf { (name, member) -> name.length + PUNCTUATION + sizeOf(member) } + PUNCTUATION
                is JsonArray -> value.sumOf(::sizeOf) + PUNCTUATION
            }
    }
}
