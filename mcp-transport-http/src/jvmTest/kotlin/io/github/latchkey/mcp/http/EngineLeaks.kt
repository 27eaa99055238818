package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.test.LeakCheck
import io.github.latchkey.mcp.test.RawServer

/** Makes the threads that an engine keeps, so that they do not look like leaks. */
internal suspend fun TestEngine.warmUp() {
    RawServer.answering(200, JSON + ("Connection" to "close"), RESULT).use { server -> connected(server.url) { it.listTools() } }
}

/**
 * Throws `AssertionError` if the engine has left more than what it keeps for the process, after [timeoutMillis] at the latest.
 */
internal fun LeakCheck.assertNothingLeftOf(engine: TestEngine, timeoutMillis: Long = 2_000) {
    val deadline = System.nanoTime() + timeoutMillis * 1_000_000
    var left = leftOf(engine)
    while (left.isNotEmpty() && System.nanoTime() < deadline) {
        Thread.sleep(10)
        left = leftOf(engine)
    }
    if (left.isNotEmpty()) throw AssertionError(left.joinToString("\n", "left on $engine:\n"))
}

private fun LeakCheck.leftOf(engine: TestEngine): List<String> {
    val left = findLeft().filterNot { line -> KEPT_THREADS.any(line::startsWith) }
    // A descriptor that is no TCP socket any more: the JDK frees that of a closed connection when CIO's selector wakes up next.
    val isLastOfCio = engine === CIO_ENGINE && left.singleOrNull()?.startsWith("socket socket:[") == true
    return if (isLastOfCio) emptyList() else left
}

// Threads that OkHttp keeps for the process while they idle for a while. What they work for has a socket, which is counted.
private val KEPT_THREADS =
    listOf("thread Okio Watchdog", "thread OkHttp TaskRunner", "thread OkHttp ConnectionPool", "thread latchkey-okhttp")
