package io.github.latchkey.mcp.http.soak

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.EraMemory
import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.McpClientFutures
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.http.ENGINES
import io.github.latchkey.mcp.http.HttpTransportOptions
import io.github.latchkey.mcp.http.StreamableHttpTransport
import io.github.latchkey.mcp.http.TestEngine
import io.github.latchkey.mcp.http.on
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** What sessions cost that do nothing: the figures of docs/performance.md. */
class IdleSessionsIT : FunSpec({
    fun transport(url: String, engine: TestEngine?) = StreamableHttpTransport(url, HttpTransportOptions { on(engine) })

    suspend fun measureSessions(version: ProtocolVersion, engine: TestEngine?) {
        val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
        measure("McpSession", "$version", engine) { url ->
            val session = McpClient.open(transport(url, engine), scope, speaking(version))
            suspend { session.close() }
        }
        scope.cancel()
    }

    for (engine in ENGINES + null) {
        test("$SESSIONS idle sessions on ${engine ?: SHARED} have no thread of their own and little heap") {
            measureSessions(ProtocolVersion.V2026_07_28, engine)
        }
    }

    test("$SESSIONS idle sessions of 2025-11-25 have no thread of their own and little heap") {
        measureSessions(ProtocolVersion.V2025_11_25, null)
    }

    test("$SESSIONS idle sessions for Java have no thread of their own and little heap") {
        measure("McpSessionFutures", "${ProtocolVersion.V2026_07_28}", null) { url ->
            val session = McpClientFutures.connect(transport(url, null), speaking(ProtocolVersion.V2026_07_28)).await()
            suspend { session.close() }
        }
    }
})

private fun speaking(version: ProtocolVersion) =
    ClientOptions {
        eraMemory(EraMemory())
        protocolVersions(setOf(version))
    }

/** Opens sessions by [open], which returns how to close one, and looks at what they hold when nothing goes on any more. */
private suspend fun measure(what: String, version: String, engine: TestEngine?, open: suspend (String) -> suspend () -> Unit) {
    SoakServer(keepsConnections = false).use { server ->
        open(server.url)() // loads classes
        awaitQuiet(server)
        val threadsBefore = clientThreads()
        val heapBefore = usedHeap()
        val sessions = openAll(SESSIONS) { open(server.url) }
        awaitQuiet(server)
        val threads = clientThreads() - threadsBefore
        val bytes = ((usedHeap() - heapBefore) / SESSIONS).toInt()
        println("idle: | $what | $version | ${engine ?: SHARED} | $bytes bytes | $threads threads for $SESSIONS sessions |")
        coroutineScope { sessions.forEach { close -> launch { close() } } }
        threads shouldBeLessThan MAX_THREADS
        bytes shouldBeLessThan MAX_BYTES
    }
}

/** Engines keep idle connections for some seconds. */
internal suspend fun awaitQuiet(server: SoakServer) {
    val deadline = TimeSource.Monotonic.markNow() + 15.seconds
    while (server.openConnectionCount > 0 && deadline.hasNotPassedNow()) delay(20)
    server.openConnectionCount shouldBe 0
}

internal suspend fun usedHeap(): Long {
    repeat(3) {
        System.gc()
        delay(100)
    }
    return Runtime.getRuntime().run { totalMemory() - freeMemory() }
}

private suspend fun <T> openAll(count: Int, open: suspend () -> T): List<T> =
    (1..count).chunked(OPENED_AT_ONCE).flatMap { some -> coroutineScope { some.map { async { open() } }.awaitAll() } }

private fun clientThreads(): Int = Thread.getAllStackTraces().keys.count { it.isAlive && !it.name.startsWith("soak-server") }

private const val SHARED = "the shared engine"
private const val SESSIONS = 1_000
private const val OPENED_AT_ONCE = 20

/** Of the engine and the dispatcher, whose number does not depend on that of the sessions. */
private const val MAX_THREADS = 40
private const val MAX_BYTES = 15_000
