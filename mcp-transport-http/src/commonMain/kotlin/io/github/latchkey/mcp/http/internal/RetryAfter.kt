package io.github.latchkey.mcp.http.internal

import io.ktor.http.fromHttpToGmtDate

/**
 * The seconds that a `Retry-After` asks for, given as such or as a date (RFC 9110 §10.2.3); null if it cannot be read. The
 * obsolete forms of a date are not.
 */
internal fun parseRetryAfter(value: String?, nowMillis: Long): Long? {
    val text = value?.trim().orEmpty()
    if (text.isEmpty()) return null
    if (text.all { it in '0'..'9' }) return text.toLongOrNull()
    val date =
        try {
            text.fromHttpToGmtDate()
        } catch (_: IllegalStateException) {
            return null
        }
    // Rounded up: a second too early would be refused again.
    return maxOf(0, (date.timestamp - nowMillis + MILLIS_PER_SECOND - 1) / MILLIS_PER_SECOND)
}

private const val MILLIS_PER_SECOND = 1000
