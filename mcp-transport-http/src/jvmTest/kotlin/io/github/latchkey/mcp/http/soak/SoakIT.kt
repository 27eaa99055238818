package io.github.latchkey.mcp.http.soak

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.EraMemory
import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.McpSession
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.RequestOptions
import io.github.latchkey.mcp.http.ENGINES
import io.github.latchkey.mcp.http.HttpTransportOptions
import io.github.latchkey.mcp.http.StreamableHttpTransport
import io.github.latchkey.mcp.http.TestEngine
import io.github.latchkey.mcp.http.assertNothingLeftOf
import io.github.latchkey.mcp.http.on
import io.github.latchkey.mcp.http.warmUp
import io.github.latchkey.mcp.test.LeakCheck
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeLessThan
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicLong
import java.util.concurrent.atomic.AtomicLongArray
import kotlin.random.Random
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** Many calls over many sessions on one engine, while the server misbehaves. `-Dlatchkey.soak.seconds=60` makes it longer. */
class SoakIT : FunSpec({
    val seconds = System.getProperty("latchkey.soak.seconds", "5").toInt()

    for (engine in ENGINES) {
        test("$CALLS_AT_ONCE calls at once over $SESSIONS sessions on $engine end with what is theirs, for $seconds s") {
            engine.warmUp()
            val leaks = LeakCheck.snapshot()
            SoakServer().use { server ->
                soak(engine, server, seconds = 1) // loads classes and fills caches
                val heapBefore = usedHeap()
                val report = soak(engine, server, seconds)
                val heapAfter = usedHeap()

                println(
                    "soak on $engine: ${report.counts()}, ${report.slowest} ms the slowest; heap ${heapBefore.mega()} -> ${heapAfter.mega()} MB",
                )
                report.complaints.toList().shouldBeEmpty()
                report.calls shouldBeGreaterThan CALLS_AT_ONCE.toLong()
                heapAfter - heapBefore shouldBeLessThan MAX_HEAP_GROWTH
                awaitQuiet(server)
            }
            engine.warmUp() // CIO lets go of closed sockets when its selector wakes up next
            leaks.assertNothingLeftOf(engine, timeoutMillis = 10_000)
        }
    }
})

private class Report {
    val complaints = ConcurrentLinkedQueue<String>()
    private val counts = AtomicLongArray(Deed.entries.size)
    private val maxMillis = AtomicLong()

    val calls: Long get() = Deed.entries.sumOf { counts[it.ordinal] }
    val slowest: Long get() = maxMillis.get()

    fun count(deed: Deed, millis: Long) {
        counts.incrementAndGet(deed.ordinal)
        maxMillis.accumulateAndGet(millis, ::maxOf)
    }

    fun counts(): String = "$calls calls " + Deed.entries.associateWith { counts[it.ordinal] }
}

private suspend fun soak(engine: TestEngine, server: SoakServer, seconds: Int): Report =
    withContext(Dispatchers.Default) {
        val report = Report()
        val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
        val sessions = (1..SESSIONS).map { number -> open(engine, server, scope, hasSession = number % 2 == 0) }
        val end = TimeSource.Monotonic.markNow() + seconds.seconds
        coroutineScope {
            repeat(CALLS_AT_ONCE) { caller ->
                val random = Random(caller)
                launch {
                    var count = 0
                    while (end.hasNotPassedNow()) sessions[caller % SESSIONS].callOnce(random, "$caller-${count++}", report)
                }
            }
        }
        sessions.map { async { it.close() } }.awaitAll()
        scope.coroutineContext.job.children.forEach { report.complaints += "a coroutine is left: $it" }
        scope.coroutineContext.job.cancelAndJoin()
        report
    }

private suspend fun open(engine: TestEngine, server: SoakServer, scope: CoroutineScope, hasSession: Boolean): McpSession {
    val options = ClientOptions {
        eraMemory(EraMemory())
        protocolVersions(setOf(if (hasSession) ProtocolVersion.V2025_11_25 else ProtocolVersion.V2026_07_28))
    }
    return McpClient.open(StreamableHttpTransport(server.url, HttpTransportOptions { on(engine) }), scope, options)
}

private suspend fun McpSession.callOnce(random: Random, token: String, report: Report) {
    val deed = Deed.DRAW.random(random)
    val start = TimeSource.Monotonic.markNow()
    val complaint = if (deed == Deed.BE_CANCELLED) cancelOne(token, random.nextLong(MAX_CANCEL_MILLIS)) else complaintAbout(deed, token)
    report.count(deed, start.elapsedNow().inWholeMilliseconds)
    if (complaint != null) report.complaints += "$deed $token: $complaint"
}

private suspend fun McpSession.complaintAbout(deed: Deed, token: String): String? {
    val text =
        try {
            call(deed, token)
        } catch (e: McpException) {
            return deed.complaintAbout(e, token)?.let { "$it: ${e.stackTraceToString()}" }
        }
    return if (deed.code != null) "it was answered" else "the result is $text".takeIf { text != token }
}

private suspend fun McpSession.cancelOne(token: String, afterMillis: Long): String? =
    supervisorScope {
        val call = async(start = CoroutineStart.UNDISPATCHED) { call(Deed.BE_CANCELLED, token) }
        delay(afterMillis)
        call.cancelAndJoin()
        try {
            "it was answered: ${call.await()}"
        } catch (_: CancellationException) {
            null
        } catch (e: McpException) {
            "it failed: ${e.stackTraceToString()}"
        }
    }

private suspend fun McpSession.call(deed: Deed, token: String): String {
    val options = RequestOptions { requestTimeoutMillis(if (deed == Deed.FALL_SILENT) SILENCE_MILLIS else FAR_MILLIS) }
    return callTool(deed.name, buildJsonObject { put("token", JsonPrimitive(token)) }, options).text
}

private fun Long.mega() = this / 1_000_000

private const val SESSIONS = 200
private const val CALLS_AT_ONCE = 1_000
private const val SILENCE_MILLIS = 300L
private const val MAX_CANCEL_MILLIS = 300L

/** Longer than a busy machine needs for anything here. */
private const val FAR_MILLIS = 60_000L
private const val MAX_HEAP_GROWTH = 16_000_000L
