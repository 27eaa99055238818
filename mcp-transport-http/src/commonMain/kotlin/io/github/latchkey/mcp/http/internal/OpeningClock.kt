package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.transport.Deadline
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.withTimeoutOrNull

/** Limits how long something may take to open, not counting a sign-in on the way. */
internal class OpeningClock(
    private val outer: Deadline,
) : Deadline {
    private val isPaused = MutableStateFlow(false)

    override fun signOfLife() = outer.signOfLife()

    override suspend fun <T> paused(block: suspend () -> T): T {
        isPaused.value = true
        try {
            return outer.paused(block)
        } finally {
            isPaused.value = false
        }
    }

    /** Waits for [what]; throws what [late] makes when it takes more than [millis] since the last pause. */
    suspend fun <T : Any> await(what: CompletableDeferred<T>, millis: Long, late: () -> McpException): T {
        while (true) {
            withTimeoutOrNull(millis) { what.await() }?.let { return it }
            if (!isPaused.value) throw late()
            isPaused.first { !it }
        }
    }
}
