package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcNotification
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.JsonRpcResponse
import io.github.latchkey.mcp.JsonRpcResult
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.RequestId
import io.github.latchkey.mcp.SessionClosedException
import io.github.latchkey.mcp.http.HttpTransportOptions
import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.ExchangeContext
import io.ktor.http.HttpMethod
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.concurrent.Volatile
import kotlin.concurrent.atomics.AtomicBoolean
import kotlin.concurrent.atomics.ExperimentalAtomicApi

/** Streamable HTTP: one exchange is one POST and its answer, in the coroutine of the caller. */
@OptIn(ExperimentalAtomicApi::class)
internal class StreamableHttpConnection(
    private val endpoint: EndpointUrl,
    openEngine: () -> EngineClient,
    private val options: HttpTransportOptions,
    private val events: McpEvents,
) : Connection {
    private val engine = openEngine()
    private val sender = HttpSender(endpoint, engine, options, KtorHttpFetcher(openEngine, options.connectTimeoutMillis), events)
    private val isClosed = AtomicBoolean(false)

    // Written by the exchange of initialize, which no other exchange runs beside.
    @Volatile
    private var sessionId: String? = null

    override val mirrorsParameters: Boolean get() = true

    override suspend fun exchange(
        request: JsonRpcRequest,
        context: ExchangeContext,
        onRelated: suspend (JsonRpcMessage) -> Unit,
    ): JsonRpcResponse {
        val call = post(request, context)
        val reader = AnswerReader(request, options.maxMessageBytes, events, onRelated)
        var isAnswered = false
        try {
            return sender.send(call) { answer -> reader.read(answer).also { holdSession(request, it, answer) } }.also { isAnswered = true }
        } finally {
            if (!isAnswered && call.isInFlight && wantsCancellation(request, context)) {
                withContext(NonCancellable) { tellCancelled(request.id, context) }
            }
        }
    }

    override suspend fun send(message: JsonRpcMessage, context: ExchangeContext) {
        // Any status of 2xx means accepted, whatever comes with it (MCP 2025-11-25, Streamable HTTP, Sending Messages).
        sender.send(post(message, context)) { }
    }

    override suspend fun close(context: ExchangeContext) {
        if (!isClosed.compareAndSet(expectedValue = false, newValue = true)) return
        val id = sessionId
        if (id != null && context.version?.isStateless != true) bestEffort(CLOSE_MILLIS) { endSession(id, context) }
        engine.close()
    }

    private fun post(message: JsonRpcMessage, context: ExchangeContext): HttpCall {
        if (isClosed.load()) throw closed(context)
        val headers = mcpHeaders(message, context, sessionId)
        return HttpCall(
            HttpMethod.Post,
            message.methodOrNull,
            subjectOf(message),
            headers[McpHeaders.SESSION_ID],
            headers,
            message.encode().encodeToByteArray(),
            context,
        )
    }

    /** A session id counts only with the result of `initialize` (MCP 2025-11-25, Streamable HTTP, Session Management). */
    private fun holdSession(request: JsonRpcRequest, response: JsonRpcResponse, answer: ReceivedAnswer) {
        if (request.method != "initialize" || response !is JsonRpcResult) return
        val id = answer.headers[McpHeaders.SESSION_ID]
        if (id != null && !isSessionId(id)) throw answer.protocol("a session id that is not visible ASCII")
        sessionId = id
    }

    /**
     * In the session era a closed connection means nothing, so the server is told; `initialize` may not be cancelled (MCP
     * 2025-11-25, Cancellation).
     */
    private fun wantsCancellation(request: JsonRpcRequest, context: ExchangeContext): Boolean =
        context.version?.isStateless != true && request.method != "initialize" && !isClosed.load()

    private suspend fun tellCancelled(id: RequestId, context: ExchangeContext) {
        val notice = JsonRpcNotification("notifications/cancelled", RawJson.parse("""{"requestId":$id}"""))
        bestEffort(CANCEL_MILLIS) { send(notice, ExchangeContext(context.version, context.phase, isBestEffort = true)) }
    }

    private suspend fun endSession(id: String, context: ExchangeContext) {
        val quiet = ExchangeContext(context.version, context.phase, context.deadline, isBestEffort = true)
        val headers = sessionHeaders(method = null, context.version, id)
        sender.send(HttpCall(HttpMethod.Delete, rpcMethod = null, subject = null, id, headers, body = null, quiet)) { }
    }

    private suspend fun bestEffort(millis: Long, block: suspend () -> Unit) {
        withTimeoutOrNull(millis) {
            try {
                block()
            } catch (_: McpException) {
                // Nobody waits for it, and there is nothing to be done about it.
            }
        }
    }

    private fun closed(context: ExchangeContext) =
        SessionClosedException("the connection to $endpoint is closed", FailureDetails(context.phase, endpoint.shown, "connect again"))

    private companion object {
        const val CANCEL_MILLIS = 1_000L
        const val CLOSE_MILLIS = 2_000L
    }
}
