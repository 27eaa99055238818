package io.github.latchkey.mcp.http.soak

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.EraMemory
import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.McpClientFutures
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.http.ENGINES
import io.github.latchkey.mcp.http.HttpTransportOptions
import io.github.latchkey.mcp.http.StreamableHttpTransport
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.future.await
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** What sessions cost that do nothing: the figures of docs/performance.md. */
class IdleSessionsIT : FunSpec({
    for (engine in ENGINES + null) {
        val name = engine?.name ?: "the shared engine"
        for (version in listOf(ProtocolVersion.V2026_07_28, ProtocolVersion.V2025_11_25)) {
            val options = ClientOptions {
                eraMemory(EraMemory())
                protocolVersions(setOf(version))
            }
            val transport = HttpTransportOptions { engine(engine?.engine) }

            test("$SESSIONS idle sessions of $version on $name have no thread of their own and little heap") {
                val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
                measure("McpSession", name, version) { url ->
                    val session = McpClient.open(StreamableHttpTransport(url, transport), scope, options)
                    suspend { session.close() }
                }
                scope.cancel()
            }

            test("$SESSIONS idle sessions for Java of $version on $name have no thread of their own and little heap") {
                measure("McpSessionFutures", name, version) { url ->
                    val session = McpClientFutures.connect(StreamableHttpTransport(url, transport), options).await()
                    suspend { session.close() }
                }
            }
        }
    }
})

/** Opens sessions by [open], which returns how to close one, and looks at what they hold when nothing goes on any more. */
private suspend fun measure(what: String, engine: String, version: ProtocolVersion, open: suspend (String) -> suspend () -> Unit) {
    SoakServer().use { server ->
        open(server.url)() // loads classes
        awaitQuiet(server)
        val threadsBefore = clientThreads()
        val heapBefore = usedHeap()
        val sessions = List(SESSIONS) { open(server.url) }
        awaitQuiet(server)
        val threads = clientThreads() - threadsBefore
        val bytes = ((usedHeap() - heapBefore) / SESSIONS).toInt()
        println("idle: | $what | $version | $engine | $bytes bytes | $threads threads for $SESSIONS sessions |")
        sessions.forEach { close -> close() }
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

private fun clientThreads(): Int = Thread.getAllStackTraces().keys.count { it.isAlive && !it.name.startsWith("soak-server") }

private const val SESSIONS = 1_000

/** Of the engine and the dispatcher, whose number does not depend on that of the sessions. */
private const val MAX_THREADS = 40
private const val MAX_BYTES = 15_000
