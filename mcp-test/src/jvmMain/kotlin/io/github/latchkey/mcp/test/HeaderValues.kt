package io.github.latchkey.mcp.test

import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import java.util.Base64

private const val SENTINEL_START = "=?base64?"
private const val SENTINEL_END = "?="

/**
 * The value that a mirrored header stands for; null if its Base64 sentinel is malformed
 * (MCP 2026-07-28, Streamable HTTP, Value Encoding: standard alphabet, padded, UTF-8).
 */
internal fun decodeHeaderValue(value: String): String? {
    if (!value.startsWith(SENTINEL_START) || !value.endsWith(SENTINEL_END)) return value
    if (value.length < SENTINEL_START.length + SENTINEL_END.length) return value
    val encoded = value.substring(SENTINEL_START.length, value.length - SENTINEL_END.length)
    // The JDK's decoder accepts a missing padding, the specification does not.
    if (encoded.length % 4 != 0) return null
    return try {
        Charsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Base64.getDecoder().decode(encoded))).toString()
    } catch (_: IllegalArgumentException) {
        null
    } catch (_: CharacterCodingException) {
        null
    }
}

/** The media types of an `Accept` header, lower case and without parameters. */
internal fun acceptedTypes(accept: String?): Set<String> = accept.orEmpty().split(',').map(::mediaType).toSet()

/** The media type of a `Content-Type` or of one element of `Accept`, lower case and without parameters. */
internal fun mediaType(value: String): String = value.substringBefore(';').trim().lowercase()
