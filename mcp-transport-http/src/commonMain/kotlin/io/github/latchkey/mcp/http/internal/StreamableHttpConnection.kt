package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.JsonRpcError
import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.JsonRpcResponse
import io.github.latchkey.mcp.JsonRpcResult
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.SessionClosedException
import io.github.latchkey.mcp.http.HttpTransportOptions
import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.ExchangeContext
import io.ktor.http.HttpMethod
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.job
import kotlin.concurrent.Volatile
import kotlin.concurrent.atomics.AtomicBoolean
import kotlin.concurrent.atomics.ExperimentalAtomicApi

/**
 * Streamable HTTP: one exchange is one POST and its answer, in the coroutine of the caller. In the session era the answer may go on
 * in a GET.
 *
 * @param scope the session's
 */
@OptIn(ExperimentalAtomicApi::class)
internal class StreamableHttpConnection(
    private val endpoint: EndpointUrl,
    openEngine: () -> EngineClient,
    private val options: HttpTransportOptions,
    private val events: McpEvents,
    private val scope: CoroutineScope,
) : Connection {
    private val engine = openEngine()
    private val fetcher = EngineHttpFetcher(openEngine, options.connectTimeoutMillis)
    private val sender = HttpSender(endpoint, engine, options, fetcher, events)
    private val resumption = Resumption(sender, endpoint.shown, options.firstReconnectMillis, events)
    private val notices = CancellationNotices(scope, events, ::deliver)
    private val isClosed = AtomicBoolean(false)

    // Of the session that was begun last: for the messages that begin it, and to end it. Written by the exchange of initialize.
    @Volatile
    private var begunSessionId: String? = null

    // Of the session that calls belong to: the server has accepted notifications/initialized. Calls that are made while another is begun
    // still go to the one before, which is lost, and are sent again in the new one.
    @Volatile
    private var sessionId: String? = null

    // Written by the session's one listener.
    @Volatile
    private var listening: Job? = null

    // Both are written by the handshake, before anybody else has the connection.
    @Volatile
    private var isInitializeRefused = false

    @Volatile
    private var older: LegacySseConnection? = null

    override val mirrorsParameters: Boolean get() = true

    @Suppress("SuspendFunSwallowedCancellation") // it is not: whatever ends the exchange is thrown on
    override suspend fun exchange(
        request: JsonRpcRequest,
        context: ExchangeContext,
        onRelated: suspend (JsonRpcMessage) -> Unit,
    ): JsonRpcResponse {
        requireOpen(context)
        val call = post(request, context)
        val reader = AnswerReader(request, options.maxMessageBytes, events, onRelated)
        try {
            val response = sender.send(call) { answer -> reader.read(answer)?.also { holdSession(request, it, answer) } }
            return response ?: resumption.resume(call, reader)
        } catch (e: Throwable) {
            if (request.method == "initialize") isInitializeRefused = true
            if (call.isInFlight && wantsCancellation(request, context)) notices.tell(request.id, context)
            throw e
        }
    }

    override suspend fun send(message: JsonRpcMessage, context: ExchangeContext) {
        requireOpen(context)
        deliver(message, context)
    }

    /** Any status of 2xx means accepted, whatever comes with it (MCP 2025-11-25, Streamable HTTP, Sending Messages). */
    private suspend fun deliver(message: JsonRpcMessage, context: ExchangeContext) {
        sender.send(post(message, context)) { }
        if (message.methodOrNull == INITIALIZED) sessionId = begunSessionId
    }

    override suspend fun listen(context: ExchangeContext, onReady: () -> Unit, onMessage: suspend (JsonRpcMessage) -> Unit) {
        if (!options.serverStream || context.version?.isStateless == true || isClosed.load()) return
        coroutineScope {
            listening = coroutineContext.job
            ServerStream(sender, endpoint.shown, options, events).listen(context, sessionId, onReady, onMessage)
        }
    }

    override suspend fun fallback(failure: McpException, context: ExchangeContext): Connection? {
        if (!options.legacySse || !isInitializeRefused || !invitesLegacySse(failure)) return null
        val connection =
            LegacySseConnection(
                endpoint,
                scope,
                { HttpSender(it, engine, options, fetcher, events, resource = endpoint.text) },
                options.maxMessageBytes,
                events,
                onClose = ::close,
            )
        connection.open(context)
        older = connection
        return connection
    }

    override suspend fun close(context: ExchangeContext) {
        if (!isClosed.compareAndSet(expectedValue = false, newValue = true)) return
        try {
            // Or it would take the end of the session for its loss, and begin another.
            listening?.cancel()
            older?.stop()
            notices.finish()
            val id = begunSessionId
            if (id != null && context.version?.isStateless != true) bestEffort(CLOSE_MILLIS) { endSession(id, context) }
        } finally {
            notices.stop()
            engine.close()
        }
    }

    private fun post(message: JsonRpcMessage, context: ExchangeContext): HttpCall {
        val headers = mcpHeaders(message, context, if (message.methodOrNull == INITIALIZED) begunSessionId else sessionId)
        return HttpCall(
            HttpMethod.Post,
            message.methodOrNull,
            subjectOf(message),
            headers[McpHeaders.SESSION_ID],
            headers,
            message.encodeToByteArray(),
            context,
            isRequest = message is JsonRpcRequest,
        )
    }

    /** See [HttpTransportOptions.legacySse]. */
    private fun invitesLegacySse(failure: McpException): Boolean =
        failure.status in NO_POST && failure.code != ErrorCode.UNSUPPORTED_VERSION && failure.jsonRpcError?.code !in MODERN_ERRORS

    /** A session id counts only with the result of `initialize` (MCP 2025-11-25, Streamable HTTP, Session Management). */
    private fun holdSession(request: JsonRpcRequest, response: JsonRpcResponse, answer: ReceivedAnswer) {
        if (request.method != "initialize" || response !is JsonRpcResult) return
        val id = answer.headers[McpHeaders.SESSION_ID]
        if (id != null && !isSessionId(id)) throw answer.protocol("a session id that is not visible ASCII")
        begunSessionId = id
        // Nobody has the first session before the handshake is done.
        if (sessionId == null) sessionId = id
        isInitializeRefused = false
    }

    /**
     * In the session era a closed connection means nothing, so the server is told; `initialize` may not be cancelled (MCP
     * 2025-11-25, Cancellation).
     */
    private fun wantsCancellation(request: JsonRpcRequest, context: ExchangeContext): Boolean =
        context.version?.isStateless != true && request.method != "initialize" && !isClosed.load()

    private suspend fun endSession(id: String, context: ExchangeContext) {
        val quiet = ExchangeContext(context.version, context.phase, context.deadline, isBestEffort = true)
        val headers = sessionHeaders(method = null, context.version, id)
        sender.send(HttpCall(HttpMethod.Delete, rpcMethod = null, subject = null, id, headers, body = null, quiet)) { }
    }

    private fun requireOpen(context: ExchangeContext) {
        if (!isClosed.load()) return
        val details = FailureDetails(context.phase, endpoint.shown, "connect again")
        throw SessionClosedException("the connection to $endpoint is closed", details)
    }

    private companion object {
        const val CLOSE_MILLIS = 2_000L
        const val INITIALIZED = "notifications/initialized"

        // Servers of HTTP+SSE take no POST at the URL of the stream (MCP 2025-11-25, Streamable HTTP, Backwards Compatibility).
        val NO_POST = setOf(400, 404, 405)

        /** Of a server that speaks 2026-07-28. */
        val MODERN_ERRORS =
            setOf(
                JsonRpcError.HEADER_MISMATCH,
                JsonRpcError.MISSING_REQUIRED_CLIENT_CAPABILITY,
                JsonRpcError.UNSUPPORTED_PROTOCOL_VERSION,
            )
    }
}
