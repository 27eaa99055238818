package io.github.latchkey.mcp.stdio

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcNotification
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.JsonRpcResponse
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.MessageDirection
import io.github.latchkey.mcp.MessageEvent
import io.github.latchkey.mcp.MessageTooLargeException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.ServerLogEvent
import io.github.latchkey.mcp.ServerProcessEvent
import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.WarningEvent
import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.ExchangeContext
import io.github.latchkey.mcp.transport.PendingRequests
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.JsonObject
import java.util.stream.Collectors
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/** One child process. Its threads feed [pending]; its end is awaited by a child of the session's scope. */
internal class StdioConnection(
    private val process: Process,
    private val endpoint: String,
    private val options: StdioOptions,
    private val events: McpEvents,
    private val scope: CoroutineScope,
    private val restart: (suspend () -> Connection)?,
) : Connection,
    ProcessPipe.Listener {
    private val pipe = ProcessPipe(process, options.maxMessageBytes, this)
    private val pending = PendingRequests(events, { message, _ -> write(message) }, ::tellCancelled)
    private val errors = ErrorTail()
    private val outputEnded = CompletableDeferred<Boolean>()
    private val ended = CompletableDeferred<McpException>()
    private val stopping = Mutex()

    fun start() {
        tell(isRunning = true, exitCode = null)
        pipe.start()
        scope.launch {
            try {
                end(waitForEnd())
                awaitCancellation()
            } finally {
                withContext(NonCancellable) { stop() }
            }
        }
    }

    override suspend fun exchange(
        request: JsonRpcRequest,
        context: ExchangeContext,
        onRelated: suspend (JsonRpcMessage) -> Unit,
    ): JsonRpcResponse {
        if (request.method != "server/discover" || context.phase != Phase.CONNECT) return pending.exchange(request, context, onRelated)
        return withTimeoutOrNull(options.probeTimeoutMillis) { pending.exchange(request, context, onRelated) } ?: throw probeTimeout()
    }

    override suspend fun send(message: JsonRpcMessage, context: ExchangeContext) = write(message)

    override suspend fun listen(context: ExchangeContext, onReady: () -> Unit, onMessage: suspend (JsonRpcMessage) -> Unit) {
        onReady()
        pending.listen(onMessage)
    }

    /** Some servers end on any request before `initialize`: such a one gets a second life, once. */
    override suspend fun fallback(failure: McpException, context: ExchangeContext): Connection? {
        if (restart == null || failure !is UnreachableException || !ended.isCompleted) return null
        stop()
        return restart()
    }

    override suspend fun close(context: ExchangeContext) = stop()

    override fun onOutput(line: String) {
        if (line.isBlank()) return
        val messages =
            try {
                JsonRpcMessage.parseBatch(line)
            } catch (e: SerializationException) {
                if (events.isListening) {
                    events.onEvent(
                        WarningEvent("a line on the server's output is no JSON-RPC message: ${e.message}", WarningEvent.STRAY_OUTPUT),
                    )
                }
                return
            }
        messages.forEach(pending::dispatch)
    }

    override fun onError(line: String) {
        errors.add(line)
        if (events.isListening) events.onEvent(ServerLogEvent(line))
    }

    override fun onOutputEnd(tooLong: Boolean) {
        outputEnded.complete(tooLong)
    }

    private suspend fun write(message: JsonRpcMessage) {
        val written = CompletableDeferred<Unit>()
        pipe.write(message.encodeToByteArray()) { written.complete(Unit) }
        written.await()
    }

    private fun tellCancelled(request: JsonRpcRequest, context: ExchangeContext) {
        // initialize must not be cancelled (VER-09), and a server of the session era would not know the probe's method.
        if (context.phase == Phase.CONNECT) return
        val params = RawJson.of(JsonObject(mapOf("requestId" to RawJson.parse(request.id.toString()).toElement())))
        val notice = JsonRpcNotification("notifications/cancelled", params)
        if (events.wantsMessages) events.onEvent(MessageEvent(MessageDirection.SENT, notice, request.id))
        pipe.write(notice.encodeToByteArray()) { }
    }

    /** Waits for the process to exit or to close its output, whichever comes first, and gives the other a moment to follow. */
    private suspend fun waitForEnd(): McpException {
        val exited = CompletableDeferred<Unit>()
        process.onExit().thenRun { exited.complete(Unit) }
        val isTooLong =
            select {
                outputEnded.onAwait { it }
                exited.onAwait { false }
            }
        if (isTooLong) return tooLarge()
        withTimeoutOrNull(SETTLING) {
            outputEnded.await()
            exited.await()
        }
        return lost()
    }

    private fun tell(isRunning: Boolean, exitCode: Int?) {
        if (events.isListening) events.onEvent(ServerProcessEvent(isRunning, exitCode))
    }

    private fun end(failure: McpException) {
        tell(isRunning = false, exitCode = if (process.isAlive) null else process.exitValue())
        ended.complete(failure)
        pending.fail(failure)
    }

    /**
     * In the order of the specification: close the input, wait, ask to end, wait, kill; the last two with everything it has
     * started.
     */
    private suspend fun stop() {
        stopping.withLock {
            pending.close(closedHere())
            pipe.closeInput()
            if (!exitsWithin(GRACE)) {
                val tree = process.descendants().collect(Collectors.toList()) + process.toHandle()
                tree.forEach { it.destroy() }
                if (!exitsWithin(GRACE)) tree.forEach { it.destroyForcibly() }
            }
        }
    }

    private fun closedHere() =
        UnreachableException("the connection to $endpoint is closed", FailureDetails(Phase.CLOSE, endpoint, "connect again"), null)

    private suspend fun exitsWithin(time: Duration): Boolean = withTimeoutOrNull(time) { process.onExit().await() } != null

    private fun lost(): McpException {
        val how = if (process.isAlive) "closed its output" else "ended with exit code ${process.exitValue()}"
        val said = errors.text().let { if (it.isEmpty()) "" else "; it said: $it" }
        return UnreachableException(
            "$endpoint $how$said",
            FailureDetails(
                Phase.REQUEST,
                endpoint,
                "read what the server printed, and run its command by hand to see why it ends",
                isRetryable = false,
            ),
            null,
        )
    }

    private fun tooLarge() =
        MessageTooLargeException(
            "a message from $endpoint is longer than ${options.maxMessageBytes} bytes",
            "maxMessageBytes",
            options.maxMessageBytes.toLong(),
            FailureDetails(Phase.REQUEST, endpoint, "raise maxMessageBytes if you trust the server"),
        )

    private fun probeTimeout() =
        RequestTimeoutException(
            "$endpoint did not answer server/discover within ${options.probeTimeoutMillis} ms",
            "probe",
            options.probeTimeoutMillis,
            FailureDetails(Phase.CONNECT, endpoint, "check that the program is an MCP server on its standard streams"),
        )

    private companion object {
        val GRACE = 700.milliseconds
        val SETTLING = 300.milliseconds
    }
}

/** The last lines of standard error. */
private class ErrorTail {
    private val lines = ArrayDeque<String>()

    fun add(line: String) =
        synchronized(lines) {
            lines.addLast(line)
            if (lines.size > MAX_LINES) lines.removeFirst()
        }

    fun text(): String = synchronized(lines) { lines.joinToString("\n").takeLast(MAX_CHARS) }

    private companion object {
        const val MAX_LINES = 20
        const val MAX_CHARS = 4096
    }
}
