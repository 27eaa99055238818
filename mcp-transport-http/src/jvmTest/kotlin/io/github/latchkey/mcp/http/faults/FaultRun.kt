package io.github.latchkey.mcp.http.faults

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.EraMemory
import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.McpSession
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.RequestOptions
import io.github.latchkey.mcp.SessionExpiredException
import io.github.latchkey.mcp.http.HttpTransportOptions
import io.github.latchkey.mcp.http.StreamableHttpTransport
import io.github.latchkey.mcp.http.on
import io.github.latchkey.mcp.test.Fault
import io.github.latchkey.mcp.test.FaultServer
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.job
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.serialization.json.JsonObject
import kotlin.time.TimeSource

/** Lets [case] happen against a server of its own. */
internal suspend fun observe(case: FaultCase): Observation =
    withContext(Dispatchers.IO) { FaultServer.start(case.fault, case.stage.place) }.use { server ->
        val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
        try {
            FaultRun(case, server, scope).run()
        } finally {
            scope.cancel()
        }
    }

private class FaultRun(private val case: FaultCase, private val server: FaultServer, private val scope: CoroutineScope) {
    private val limits = Limits.of(case)
    private val problems = mutableListOf<String>()
    private var failure: Throwable? = null
    private var millis = 0L
    private val listener = StreamListener()
    private var heard: Heard? = null

    suspend fun run(): Observation {
        when {
            case.stage.isHandshake -> handshake()
            case.stage == Stage.STREAM -> stream()
            case.stage == Stage.CLOSE -> close()
            else -> call()
        }
        scope.coroutineContext.job.children.forEach { problems += "a coroutine is left: $it" }
        if (!server.awaitClientClosed(CLOSED_MILLIS)) problems += "${server.openConnectionCount} connections are left"
        server.scriptFailures.forEach { problems += "the server failed: ${it.stackTraceToString()}" }
        return Observation(failure, millis, problems, heard)
    }

    private suspend fun handshake() {
        var session: McpSession? = null
        measure { session = open() }
        session?.let {
            requireAnswer(it, "fine")
            it.close()
        }
    }

    private suspend fun stream() {
        val fate = (case.expected as Expected.OnStream).fate
        var session: McpSession? = null
        measure { session = open() }
        session?.let {
            // Nobody is there any more who could answer a call.
            if (case.fault is Fault.OfAddress) listener.await(fate) else besideCalls(it) { listener.await(fate) }
            heard = listener.heard()
            problems += listener.problems
            it.close()
        }
    }

    private suspend fun call() {
        val session = open()
        besideCalls(session) {
            begin()
            measure { checkAnswer(session, FaultServer.FAULTY_TOOL, limits.ofCall()) }
        }
        requireSentOnce()
        session.close()
    }

    /** Lets [block] happen while a call is under way, and makes one later. Neither is to notice. */
    private suspend fun besideCalls(session: McpSession, block: suspend () -> Unit) {
        val held = holdCall(session)
        block()
        server.release()
        held.await()?.let { problems += "a call that was under way was harmed: $it" }
        if (case.fault !is Fault.OfAddress) requireAnswer(session, "fine")
    }

    /** The tool might run twice. Only a session that was lost allows a repetition: the call was not processed (HTTP-27). */
    private fun requireSentOnce() {
        val sent = server.requests.count { FaultServer.FAULTY_TOOL in it.body }
        val allowed = if (failure is SessionExpiredException) 2 else 1
        if (sent > allowed) problems += "the call was sent $sent times"
    }

    /** A call that is under way while the fault happens; completes with what became of it. */
    private suspend fun holdCall(session: McpSession): Deferred<Throwable?> {
        val held = scope.async { failureOf { checkAnswer(session, FaultServer.HELD_TOOL) } }
        withTimeoutOrNull(CLOSED_MILLIS) { while (server.requests.none { FaultServer.HELD_TOOL in it.body }) delay(2) }
            ?: throw AssertionError("the call to be held did not arrive")
        return held
    }

    private suspend fun close() {
        val session = open()
        begin()
        measure { session.close() }
    }

    private suspend fun begin() = withContext(Dispatchers.IO) { server.begin() }

    private suspend fun measure(block: suspend () -> Unit) {
        val start = TimeSource.Monotonic.markNow()
        failure = failureOf(block)
        millis = start.elapsedNow().inWholeMilliseconds
    }

    private suspend fun failureOf(block: suspend () -> Unit): Throwable? =
        try {
            block()
            null
        } catch (e: McpException) {
            e
        }

    private suspend fun requireAnswer(session: McpSession, tool: String) {
        failureOf { checkAnswer(session, tool) }?.let { problems += "a later call was harmed: ${it.stackTraceToString()}" }
    }

    private suspend fun checkAnswer(session: McpSession, tool: String, options: RequestOptions = RequestOptions.DEFAULT) {
        val text = session.callTool(tool, JsonObject(emptyMap()), options).text
        if (text != tool) problems += "the call of $tool was answered with $text"
    }

    private suspend fun open(): McpSession {
        val transport = HttpTransportOptions {
            on(case.engine)
            connectTimeoutMillis(limits.tcp)
            maxMessageBytes(MAX_MESSAGE_BYTES)
            serverStream(case.stage == Stage.STREAM)
            firstReconnectMillis = FIRST_RECONNECT_MILLIS
        }
        val client = ClientOptions {
            eraMemory(EraMemory())
            events(listener)
            if (case.stage.hasSession) protocolVersions(setOf(ProtocolVersion.V2025_11_25))
            connectTimeoutMillis(limits.connect)
            closeTimeoutMillis(limits.close)
        }
        return McpClient.open(StreamableHttpTransport(server.url, transport), scope, client)
    }

    private companion object {
        const val MAX_MESSAGE_BYTES = 256 * 1024
        const val CLOSED_MILLIS = 5_000L
        const val FIRST_RECONNECT_MILLIS = 10L
    }
}

/** The deadlines of a case: far away, but for the one that is expected to pass. */
private class Limits(
    val tcp: Long = FAR,
    val connect: Long = FAR,
    private val silence: Long = FAR,
    private val absolute: Long = FAR,
    val close: Long = FAR,
) {
    /** For the call that meets the fault, and no other. */
    fun ofCall(): RequestOptions =
        RequestOptions {
            requestTimeoutMillis(silence)
            absoluteTimeoutMillis(absolute)
        }

    companion object {
        fun of(case: FaultCase): Limits {
            if (case.stage == Stage.CLOSE) return Limits(close = NEAR)
            if (case.stage == Stage.STREAM && case.fault is Fault.OfAddress) return Limits(tcp = NEAR)
            return when ((case.expected as? Expected.TimesOut)?.deadline) {
                "tcp connect", "tls handshake" -> Limits(tcp = NEAR)

                "connect" -> Limits(connect = NEAR)

                "silence" -> Limits(silence = NEAR)

                // Silence must not be what is found, even where the machine is busy.
                "absolute" -> Limits(silence = 4 * NEAR, absolute = 5 * NEAR)

                else -> Limits(close = NEAR)
            }
        }

        private const val FAR = 60_000L
        private const val NEAR = 400L
    }
}
