package io.github.latchkey.mcp.test

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

/** A list that only grows, and that a test can wait for. Safe for use by several threads. */
internal class Recording<T>(private val what: String) {
    private val lock = Any()
    private val entries = ArrayList<T>() // guarded by lock
    private val size = MutableStateFlow(0)

    fun add(entry: T) {
        synchronized(lock) {
            entries += entry
            size.value = entries.size
        }
    }

    fun snapshot(): List<T> = synchronized(lock) { entries.toList() }

    /** Waits until at least [count] entries are there; throws [AssertionError] when that takes longer than [WAIT_LIMIT_MILLIS]. */
    suspend fun await(count: Int): List<T> {
        inRealTime(WAIT_LIMIT_MILLIS) { size.first { it >= count } }
            ?: throw AssertionError("${size.value} of $count $what after $WAIT_LIMIT_MILLIS ms: ${snapshot()}")
        return snapshot()
    }
}

/** How long the waiting functions of the kit wait before they fail. */
internal const val WAIT_LIMIT_MILLIS: Long = 5_000

/** Runs [block] with a limit on the wall clock, whatever virtual time the caller lives in; null when the limit passed. */
internal suspend fun <T : Any> inRealTime(limitMillis: Long, block: suspend () -> T): T? =
    withContext(Dispatchers.Default) { withTimeoutOrNull(limitMillis) { block() } }
