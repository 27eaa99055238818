package io.github.latchkey.mcp.internal

import kotlinx.serialization.SerializationException

/**
 * Finds where the values of a JSON text begin and end, without building anything.
 * Where it skips, it checks what it needs for that (brackets, strings, an end); the rest is checked by whoever decodes a value, or by
 * [checkValue].
 */
internal class JsonScanner(
    val text: String,
) {
    // What is known of backslashes: most texts have few, and are asked for them often.
    private var backslashFreeFrom = 0
    private var nextBackslash = -1

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
     * Calls [onMember] with the bounds of the name and of the value of each member of the object that begins at [from]; returns the
     * position behind it. What a name is tells [isName].
     */
    inline fun forEachMember(from: Int, onMember: (nameStart: Int, nameEnd: Int, start: Int, end: Int) -> Unit): Int {
        var at = openContainer(from, '{', '}')
        while (at >= 0) {
            val nameEnd = skipString(at)
            val start = afterColon(nameEnd)
            val end = skipValue(start)
            onMember(at, nameEnd, start, end)
            at = nextInContainer(end, '}')
        }
        return end(at)
    }

    /** Calls [onElement] with the bounds of each element of the array that begins at [from]; returns the position behind it. */
    inline fun forEachElement(from: Int, onElement: (start: Int, end: Int) -> Unit): Int {
        var at = openContainer(from, '[', ']')
        while (at >= 0) {
            val end = skipValue(at)
            onElement(at, end)
            at = nextInContainer(end, ']')
        }
        return end(at)
    }

    /** Where the first item of the container at [from] begins; if it has none, the position behind it, as [end] takes it. */
    fun openContainer(from: Int, open: Char, close: Char): Int {
        val at = skipSpace(expect(from, open))
        return if (charAt(at) == close) -(at + 1) else at
    }

    /** Where the item behind the one that ends at [end] begins; if there is none, the position behind the container, as [end] takes it. */
    fun nextInContainer(end: Int, close: Char): Int {
        val at = skipSpace(end)
        return if (charAt(at) == close) -(at + 1) else skipSpace(expect(at, ','))
    }

    /** The position that [openContainer] or [nextInContainer] gave for an end. */
    fun end(position: Int): Int = -position

    /** Where the value of the member begins whose name ends at [nameEnd]. */
    fun afterColon(nameEnd: Int): Int = skipSpace(expect(skipSpace(nameEnd), ':'))

    /** Whether the string between two quotes is [name], which has nothing that must be escaped. */
    fun isName(from: Int, end: Int, name: String): Boolean {
        if (end - from - 2 == name.length) return text.startsWith(name, from + 1)
        return indexOfBackslash(from, end) >= 0 && unescape(from, end) == name
    }

    /** The value of the integer from [from] to [end]; [NO_INTEGER] if it is none, or has so many digits that it may not fit. */
    fun shortInteger(from: Int, end: Int): Long {
        val start = if (text[from] == '-') from + 1 else from
        if (start == end || end - start > MAX_SHORT_DIGITS) return NO_INTEGER
        var value = 0L
        for (at in start until end) {
            val digit = text[at] - '0'
            if (digit !in 0..9) return NO_INTEGER
            value = value * 10 + digit
        }
        return if (start == from) value else -value
    }

    /** Whether what stands from [from] to [end] is [literal]. */
    fun isLiteral(from: Int, end: Int, literal: String): Boolean = end - from == literal.length && text.startsWith(literal, from)

    fun charAt(at: Int): Char = if (at < text.length) text[at] else fail("the JSON text ends early", at)

    fun expect(at: Int, char: Char): Int = if (charAt(at) == char) at + 1 else fail("expected '$char'", at)

    /** The position behind the string whose opening quote is at [from]. */
    fun skipString(from: Int): Int {
        val start = expect(from, '"')
        // Names, and many values, are shorter than what it takes to begin a search.
        for (at in start until minOf(start + SHORT_STRING, text.length)) {
            val char = text[at]
            if (char == '"') return at + 1
            if (char == '\\') break
        }
        var quote = text.indexOf('"', start)
        while (quote >= 0 && isEscaped(quote, from)) quote = text.indexOf('"', quote + 1)
        return if (quote >= 0) quote + 1 else fail("the JSON text ends inside a string", text.length)
    }

    /** The string between two quotes, decoded. */
    fun unescape(from: Int, end: Int): String {
        var backslash = indexOfBackslash(from, end)
        if (backslash < 0) return text.substring(from + 1, end - 1)
        val decoded = StringBuilder(end - from - 2)
        var at = from + 1
        while (backslash >= 0) {
            decoded.append(text, at, backslash).append(escaped(backslash, end))
            at = backslash + if (text[backslash + 1] == 'u') LONG_ESCAPE else SHORT_ESCAPE
            backslash = indexOfBackslash(at, end)
        }
        return decoded.append(text, at, end - 1).toString()
    }

    /** The position behind the value that begins at [from], every part of which is checked. */
    fun checkValue(from: Int, depth: Int = 0): Int =
        when (charAt(from)) {
            '"' -> checkString(from)
            '{' -> checkContainer(from, '}', depth)
            '[' -> checkContainer(from, ']', depth)
            else -> checkLiteral(from)
        }

    fun fail(what: String, at: Int): Nothing = throw SerializationException("$what at offset $at")

    private fun checkContainer(from: Int, close: Char, depth: Int): Int {
        if (depth == MAX_DEPTH) tooDeep(from)
        var at = openContainer(from, text[from], close)
        while (at >= 0) {
            val start = if (close == '}') afterColon(checkString(at)) else at
            at = nextInContainer(checkValue(start, depth + 1), close)
        }
        return end(at)
    }

    private fun checkString(from: Int): Int {
        val end = skipString(from)
        var backslash = indexOfBackslash(from, end)
        while (backslash >= 0) {
            escaped(backslash, end)
            backslash = indexOfBackslash(backslash + SHORT_ESCAPE, end)
        }
        return end
    }

    private fun checkLiteral(from: Int): Int {
        val end = skipLiteral(from)
        val isWord = isLiteral(from, end, "null") || isLiteral(from, end, "true") || isLiteral(from, end, "false")
        if (!isWord && !isNumber(from, end)) fail("expected a value", from)
        return end
    }

    private fun isNumber(from: Int, end: Int): Boolean {
        if (text[from] != '-' && text[from] !in '0'..'9') return false
        for (at in from + 1 until end) if (text[at] !in '0'..'9' && text[at] !in ".eE+-") return false
        return true
    }

    /** What the escape at [backslash] stands for. */
    private fun escaped(backslash: Int, end: Int): Char =
        when (val char = text[backslash + 1]) {
            '"', '\\', '/' -> char
            'n' -> '\n'
            't' -> '\t'
            'r' -> '\r'
            'b' -> '\b'
            'f' -> '\u000C'
            'u' -> codeUnit(backslash, end)
            else -> fail("an escape that JSON does not have", backslash)
        }

    private fun codeUnit(backslash: Int, end: Int): Char {
        if (backslash + LONG_ESCAPE > end - 1) fail("an escape that is cut short", backslash)
        var code = 0
        for (at in backslash + 2 until backslash + LONG_ESCAPE) {
            val digit = text[at].digitToIntOrNull(radix = 16) ?: fail("an escape that is not hexadecimal", backslash)
            code = code * 16 + digit
        }
        return code.toChar()
    }

    /** The first backslash at or after [from] and before [end]; negative if there is none. */
    private fun indexOfBackslash(from: Int, end: Int): Int {
        if (from !in backslashFreeFrom..nextBackslash) {
            backslashFreeFrom = from
            nextBackslash = text.indexOf('\\', from).let { if (it < 0) text.length else it }
        }
        return if (nextBackslash < end) nextBackslash else -1
    }

    private fun isEscaped(quote: Int, opening: Int): Boolean {
        var backslash = quote - 1
        while (backslash > opening && text[backslash] == '\\') backslash--
        return (quote - 1 - backslash) % 2 == 1
    }

    private fun skipContainer(from: Int): Int {
        val open = OpenContainers()
        var at = from
        do {
            when (val char = charAt(at)) {
                '"' -> {
                    at = skipString(at)
                    continue
                }

                '{', '[' -> if (!open.push(char == '{')) tooDeep(at)

                '}', ']' -> if (open.pop() != (char == '}')) fail("unexpected '$char'", at)

                else -> {}
            }
            at++
        } while (open.depth > 0)
        return at
    }

    private fun tooDeep(at: Int): Nothing = fail("the JSON text is nested deeper than $MAX_DEPTH", at)

    private fun skipLiteral(from: Int): Int {
        var at = from
        while (at < text.length && !text[at].endsLiteral()) at++
        return if (at > from) at else fail("expected a value", from)
    }

    private fun Char.endsLiteral(): Boolean = this == ',' || this == '}' || this == ']' || isJsonSpace()

    private fun Char.isJsonSpace(): Boolean = this <= ' ' && (this == ' ' || this == '\n' || this == '\r' || this == '\t')

    /** Which containers are open, one bit each: an object or an array. Real messages need one word of it. */
    private class OpenContainers {
        private var bits = 0L
        private var more: BooleanArray? = null
        var depth = 0
            private set

        fun push(isObject: Boolean): Boolean {
            if (depth == MAX_DEPTH) return false
            if (depth < Long.SIZE_BITS) {
                bits = if (isObject) bits or (1L shl depth) else bits and (1L shl depth).inv()
            } else {
                (more ?: BooleanArray(MAX_DEPTH).also { more = it })[depth] = isObject
            }
            depth++
            return true
        }

        /** Whether the innermost was an object. */
        fun pop(): Boolean {
            depth--
            return if (depth < Long.SIZE_BITS) bits shr depth and 1L == 1L else checkNotNull(more)[depth]
        }
    }

    companion object {
        /** What is not [shortInteger]. */
        const val NO_INTEGER = Long.MIN_VALUE

        /** Deeper nesting than any real message has; decoding recurses, so this also guards the stack (RPC-18). */
        private const val MAX_DEPTH = 256

        /** A double holds all of them. */
        private const val MAX_SHORT_DIGITS = 15

        private const val SHORT_STRING = 24
        private const val SHORT_ESCAPE = 2
        private const val LONG_ESCAPE = 6
    }
}
