package io.github.latchkey.mcp.internal

import kotlinx.serialization.SerializationException

/**
 * Finds where the values of a JSON text begin and end, without building anything.
 * It checks what it needs for that (brackets, strings, an end); the rest is checked by whoever decodes a value.
 */
internal class JsonScanner(
    private val text: String,
) {
    /** The first position at or after [from] that is not white space; the length of the text if there is none. */
    fun skipSpace(from: Int): Int {
        var at = from
        while (at < text.length && text[at].isJsonSpace()) at++
        return at
    }

    /** The position behind the value that begins at [from]. */
    fun skipValue(from: Int): Int =
        when (charAt(from)) {
            '"' -> skipString(from)
            '{', '[' -> skipContainer(from)
            else -> skipLiteral(from)
        }

    /**
     * Calls [onMember] with the name and the bounds of each member of the object that begins at [from]; returns the position
     * behind it.
     */
    inline fun forEachMember(from: Int, onMember: (name: String, start: Int, end: Int) -> Unit): Int {
        expect(from, '{')
        var at = skipSpace(from + 1)
        if (charAt(at) == '}') return at + 1
        while (true) {
            val nameEnd = skipString(at)
            val name = unescape(at, nameEnd)
            val start = skipSpace(expect(skipSpace(nameEnd), ':'))
            val end = skipValue(start)
            onMember(name, start, end)
            at = skipSpace(end)
            if (charAt(at) == '}') return at + 1
            at = skipSpace(expect(at, ','))
        }
    }

    /** Calls [onElement] with the bounds of each element of the array that begins at [from]; returns the position behind it. */
    inline fun forEachElement(from: Int, onElement: (start: Int, end: Int) -> Unit): Int {
        expect(from, '[')
        var at = skipSpace(from + 1)
        if (charAt(at) == ']') return at + 1
        while (true) {
            val end = skipValue(at)
            onElement(at, end)
            at = skipSpace(end)
            if (charAt(at) == ']') return at + 1
            at = skipSpace(expect(at, ','))
        }
    }

    fun charAt(at: Int): Char = if (at < text.length) text[at] else fail("the JSON text ends early", at)

    fun expect(at: Int, char: Char): Int = if (charAt(at) == char) at + 1 else fail("expected '$char'", at)

    /** The position behind the string whose opening quote is at [from]. */
    fun skipString(from: Int): Int {
        var quote = text.indexOf('"', expect(from, '"'))
        while (quote >= 0 && isEscaped(quote, from)) quote = text.indexOf('"', quote + 1)
        return if (quote >= 0) quote + 1 else fail("the JSON text ends inside a string", text.length)
    }

    /** The string between two quotes, decoded. */
    fun unescape(from: Int, end: Int): String {
        val raw = text.substring(from + 1, end - 1)
        return if (raw.indexOf('\\') < 0) raw else McpJson.decodeFromString<String>(text.substring(from, end))
    }

    fun fail(what: String, at: Int): Nothing = throw SerializationException("$what at offset $at")

    private fun isEscaped(quote: Int, opening: Int): Boolean {
        var backslash = quote - 1
        while (backslash > opening && text[backslash] == '\\') backslash--
        return (quote - 1 - backslash) % 2 == 1
    }

    private fun skipContainer(from: Int): Int {
        val open = BooleanArray(MAX_DEPTH) // true for an object, false for an array
        var depth = 0
        var at = from
        do {
            when (charAt(at)) {
                '"' -> {
                    at = skipString(at)
                    continue
                }

                '{', '[' -> {
                    if (depth == MAX_DEPTH) fail("the JSON text is nested deeper than $MAX_DEPTH", at)
                    open[depth++] = text[at] == '{'
                }

                '}', ']' -> {
                    if (open[--depth] != (text[at] == '}')) fail("unexpected '${text[at]}'", at)
                }

                else -> {}
            }
            at++
        } while (depth > 0)
        return at
    }

    private fun skipLiteral(from: Int): Int {
        var at = from
        while (at < text.length && text[at] !in ",]}" && !text[at].isJsonSpace()) at++
        return if (at > from) at else fail("expected a value", from)
    }

    private fun Char.isJsonSpace(): Boolean = this == ' ' || this == '\n' || this == '\r' || this == '\t'

    private companion object {
        /** Deeper nesting than any real message has; decoding recurses, so this also guards the stack (RPC-18). */
        const val MAX_DEPTH = 256
    }
}
