package io.github.latchkey.mcp.auth.internal.url

private const val UNRESERVED = "-._~"
private const val HEX = "0123456789ABCDEF"

/** Writes `application/x-www-form-urlencoded`, a space as `%20`, which every decoder of forms and of queries reads alike. */
internal fun formEncode(parameters: List<Pair<String, String>>): String =
    parameters.joinToString("&") { (name, value) -> "${percentEncode(name)}=${percentEncode(value)}" }

internal fun percentEncode(text: String): String =
    buildString {
        for (byte in text.encodeToByteArray()) {
            val char = (byte.toInt() and 0xFF).toChar()
            if (char in 'a'..'z' || char in 'A'..'Z' || char in '0'..'9' || char in UNRESERVED) {
                append(char)
            } else {
                append('%').append(HEX[char.code shr 4]).append(HEX[char.code and 0xF])
            }
        }
    }

/** Reads `application/x-www-form-urlencoded`. A broken escape stays as it is: it then equals nothing that is compared with it. */
internal fun formDecode(text: String): List<Pair<String, String>> =
    text.split('&').filter { it.isNotEmpty() }.map { part ->
        percentDecode(part.substringBefore('=')) to percentDecode(part.substringAfter('=', ""))
    }

private fun percentDecode(text: String): String {
    val bytes = ArrayList<Byte>(text.length)
    var at = 0
    while (at < text.length) {
        val escaped = if (text[at] == '%') text.substring(at + 1, minOf(at + 3, text.length)).hexByteOrNull() else null
        when {
            escaped != null -> bytes += escaped
            text[at] == '+' -> bytes += ' '.code.toByte()
            else -> bytes.addAll(text[at].toString().encodeToByteArray().asList())
        }
        at += if (escaped != null) 3 else 1
    }
    return bytes.toByteArray().decodeToString()
}

private fun String.hexByteOrNull(): Byte? =
    if (length == 2 && all { it.isDigit() || it.lowercaseChar() in 'a'..'f' }) toIntOrNull(16)?.toByte() else null
