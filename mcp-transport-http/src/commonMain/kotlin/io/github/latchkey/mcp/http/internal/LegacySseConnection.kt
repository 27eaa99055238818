package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.JsonRpcResponse
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProtocolException
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.SessionClosedException
import io.github.latchkey.mcp.StreamEvent
import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.WarningEvent
import io.github.latchkey.mcp.transport.CallContext
import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.ExchangeContext
import io.github.latchkey.mcp.transport.PendingRequests
import io.ktor.http.HttpMethod
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.serialization.SerializationException
import kotlin.concurrent.Volatile
import kotlin.coroutines.EmptyCoroutineContext

/**
 * HTTP with SSE, the transport of 2024-11-05 (deprecated): messages of the server come on the stream of one GET, those of the
 * client go by POST to the URL that its first event names. Nothing can be resumed, so the session ends with the stream.
 *
 * @param endpoint the URL of the stream
 * @param senderFor makes a sender of messages to a URL of the same origin
 * @param onClose ends what it shares with the connection that it is the fallback of
 */
internal class LegacySseConnection(
    private val endpoint: EndpointUrl,
    private val scope: CoroutineScope,
    private val senderFor: (EndpointUrl) -> HttpSender,
    private val maxMessageBytes: Int,
    private val events: McpEvents,
    private val onClose: suspend (ExchangeContext) -> Unit,
) : Connection {
    private val pending = PendingRequests(events, ::post, onCancelled = { _, _ -> })
    private val notices = CancellationNotices(scope, events, ::post)
    private val messageSender = CompletableDeferred<HttpSender>()

    // The revision that the stream is read in: that of the last message sent, so the negotiated one once there is one.
    @Volatile
    private var version: ProtocolVersion? = null

    // Set once, by open, before anybody else has the connection.
    private var reader: Job? = null

    /** Opens the stream and waits for its first event. Throws the reason if there is no such stream; then nothing is left. */
    suspend fun open(context: ExchangeContext) {
        val clock = OpeningClock(context.deadline)
        val callContext = currentCoroutineContext()[CallContext] ?: EmptyCoroutineContext
        val reading = scope.launch(callContext) { read(ExchangeContext(null, Phase.CONNECT, clock)) }
        reader = reading
        var isOpen = false
        try {
            clock.await(messageSender, OPENING_MILLIS) { noEndpoint("no event of the type endpoint within $OPENING_MILLIS ms") }
            isOpen = true
        } finally {
            if (!isOpen) withContext(NonCancellable) { reading.cancelAndJoin() }
        }
    }

    @Suppress("SuspendFunSwallowedCancellation") // it is not: it is thrown on
    override suspend fun exchange(
        request: JsonRpcRequest,
        context: ExchangeContext,
        onRelated: suspend (JsonRpcMessage) -> Unit,
    ): JsonRpcResponse =
        try {
            pending.exchange(request, context, onRelated)
        } catch (e: CancellationException) {
            // initialize must not be cancelled (MCP 2025-11-25, Cancellation).
            if (context.phase != Phase.CONNECT) notices.tell(request.id, context)
            throw e
        }

    override suspend fun send(message: JsonRpcMessage, context: ExchangeContext) = post(message, context)

    override suspend fun listen(context: ExchangeContext, onReady: () -> Unit, onMessage: suspend (JsonRpcMessage) -> Unit) {
        onReady()
        pending.listen(onMessage)
    }

    @Suppress("SuspendFunInFinallySection") // once cancelled there is nobody left to tell
    override suspend fun close(context: ExchangeContext) {
        pending.close(closed())
        try {
            notices.finish()
        } finally {
            notices.stop()
            reader?.cancel()
            onClose(context)
        }
    }

    /** Ends what runs, without a word to the server. */
    suspend fun stop() {
        pending.close(closed())
        notices.stop()
        reader?.cancelAndJoin()
    }

    /** Any status of 2xx means accepted; the response comes on the stream (LSSE-05). */
    private suspend fun post(message: JsonRpcMessage, context: ExchangeContext) {
        version = context.version
        val body = message.encodeToByteArray()
        val call = HttpCall(HttpMethod.Post, message.methodOrNull, subjectOf(message), sessionId = null, emptyMap(), body, context)
        messageSender.await().send(call) { }
    }

    private suspend fun read(context: ExchangeContext) {
        val failure =
            try {
                senderFor(endpoint).send(streamCall(context, sessionId = null, lastEventId = "")) { readEvents(it) }
            } catch (e: McpException) {
                e
            }
        messageSender.completeExceptionally(failure)
        tell(isOpen = false, failure.message)
        pending.fail(failure)
    }

    /** Reads the stream to its end, and returns what that means. */
    private suspend fun readEvents(answer: ReceivedAnswer): McpException {
        if (answer.mediaType != EVENT_STREAM) throw answer.notMcp("HTTP ${answer.status} and no event stream", bodyStart = null)
        val stream = EventStreamReader(maxMessageBytes)
        stream.read<Unit>(answer) { event ->
            when {
                !messageSender.isCompleted -> begin(event)
                event.isMessage -> take(event.data)
            }
            null
        }
        return lost(stream.end.failure)
    }

    private fun begin(event: ServerSentEvent) {
        if (event.type != "endpoint") throw noEndpoint("an event stream whose first event is not endpoint")
        val url =
            try {
                resolveSseEndpoint(endpoint, event.data)
            } catch (e: IllegalArgumentException) {
                throw noEndpoint("an endpoint event that cannot be used: ${e.message}", e)
            }
        tell(isOpen = true, reason = null)
        messageSender.complete(senderFor(url))
    }

    private fun take(data: String) {
        try {
            parseMessages(data, version).forEach(pending::dispatch)
        } catch (e: SerializationException) {
            if (events.isListening) events.onEvent(WarningEvent("an event was left out, as it is not JSON-RPC: ${problemOf(e)}"))
        }
    }

    private fun noEndpoint(what: String, cause: Throwable? = null) =
        ProtocolException(
            "$endpoint answered GET with $what",
            FailureDetails(Phase.CONNECT, endpoint.shown, "check the URL: the server speaks neither Streamable HTTP nor HTTP+SSE there"),
            cause,
        )

    private fun lost(cause: McpException?) =
        UnreachableException(
            "$endpoint has ended the event stream that its answers come on",
            FailureDetails(Phase.STREAM, endpoint.shown, "connect again: HTTP+SSE cannot resume a stream", isRetryable = true),
            cause,
        )

    private fun closed() =
        SessionClosedException("the connection to $endpoint is closed", FailureDetails(Phase.CLOSE, endpoint.shown, "connect again"))

    private fun tell(isOpen: Boolean, reason: String?) {
        if (events.isListening) events.onEvent(StreamEvent(endpoint.shown, isOpen, reason))
    }

    private companion object {
        /** For the head of the stream and its first event, a sign-in not counted. */
        const val OPENING_MILLIS = 5_000L
    }
}
