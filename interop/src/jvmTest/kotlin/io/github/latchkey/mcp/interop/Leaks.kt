package io.github.latchkey.mcp.interop

import io.github.latchkey.mcp.test.LeakCheck
import kotlinx.coroutines.delay
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** Throws `AssertionError` if anything is left after two seconds but threads that OkHttp keeps for a while. */
suspend fun LeakCheck.assertNothingLeftButEngines() {
    val start = TimeSource.Monotonic.markNow()
    var left = left()
    while (left.isNotEmpty() && start.elapsedNow() < 2.seconds) {
        delay(10.milliseconds)
        left = left()
    }
    if (left.isNotEmpty()) throw AssertionError(left.joinToString("\n", "left:\n"))
}

private fun LeakCheck.left() = findLeft().filterNot { line -> KEPT_THREADS.any(line::startsWith) }

// What they work for has a socket, which is counted.
private val KEPT_THREADS =
    listOf("thread Okio Watchdog", "thread OkHttp TaskRunner", "thread OkHttp ConnectionPool")
