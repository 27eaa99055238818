package io.github.latchkey.mcp.http.internal

import kotlinx.coroutines.delay
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds

/**
 * Counts the connections of one stream that brought nothing new, and waits before each next one.
 *
 * @param firstMillis how long to wait at first, where the server does not say
 */
internal class Reconnects(
    private val firstMillis: Long,
    private val random: Random = Random.Default,
) {
    private var attempt = 0

    /**
     * Waits until it is time to connect again after [end], and returns true; false, at once, if that was tried often enough.
     * [retryMillis] is what the server asks for.
     */
    suspend fun await(end: StreamEnd, retryMillis: Long?): Boolean {
        attempt = if (end.hasProgressed) 1 else attempt + 1
        if (attempt > MAX_ATTEMPTS) return false
        // The wait begins when the connection ends, not when we are done with it (MCP 2025-11-25, Streamable HTTP).
        val millis = reconnectMillis(attempt, retryMillis, firstMillis, random.nextDouble())
        delay(millis.milliseconds - end.at.elapsedNow())
        return true
    }

    companion object {
        const val MAX_ATTEMPTS = 5
    }
}

/**
 * How long to wait before attempt number [attempt], counted from the last progress. What the server asks for is the least; where
 * it does not ask, or attempts are in vain, the time doubles from [firstMillis] on. [jitter], from 0 to 1, spreads the clients of a
 * server that went away.
 */
internal fun reconnectMillis(attempt: Int, retryMillis: Long?, firstMillis: Long, jitter: Double): Long {
    if (attempt == 1 && retryMillis != null) return retryMillis
    val whole = minOf(firstMillis shl (attempt - 1), MAX_MILLIS)
    val spread = whole / 2 + (whole / 2 * jitter).toLong()
    return maxOf(spread, retryMillis ?: 0)
}

private const val MAX_MILLIS = 30_000L
