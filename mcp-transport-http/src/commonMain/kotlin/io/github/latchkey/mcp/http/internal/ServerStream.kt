package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.NotMcpException
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.SessionExpiredException
import io.github.latchkey.mcp.StreamEvent
import io.github.latchkey.mcp.WarningEvent
import io.github.latchkey.mcp.http.HttpTransportOptions
import io.github.latchkey.mcp.transport.ExchangeContext
import kotlinx.serialization.SerializationException

/**
 * The optional stream of the session era, on which a server sends what belongs to no request (MCP 2025-11-25, Streamable HTTP,
 * Listening for Messages from the Server). Without it a session can do everything else, so its loss is told and not thrown.
 *
 * @param url for messages
 */
internal class ServerStream(
    private val sender: HttpSender,
    private val url: String,
    private val options: HttpTransportOptions,
    private val events: McpEvents,
) {
    /**
     * Hands what comes on the stream to [onMessage] until it is refused, or lost for good. Throws only
     * [SessionExpiredException]. Calls [onReady] when the stream is open, and when an attempt to open it failed.
     */
    suspend fun listen(
        context: ExchangeContext,
        sessionId: String?,
        onReady: () -> Unit,
        onMessage: suspend (JsonRpcMessage) -> Unit,
    ) {
        val hearing = Hearing(context, sessionId, onReady, onMessage)
        val stream = hearing.stream
        do {
            val refusal = hearing.attempt()
            onReady()
            if (refusal != null) return isOver(refusal)
        } while (hearing.reconnects.await(stream.end, stream.retryMillis))
        isOver("it was lost ${Reconnects.MAX_ATTEMPTS} times in a row" + stream.end.failure?.let { ", last: ${it.message}" }.orEmpty())
    }

    private inner class Hearing(
        private val context: ExchangeContext,
        private val sessionId: String?,
        private val onReady: () -> Unit,
        private val onMessage: suspend (JsonRpcMessage) -> Unit,
    ) {
        val stream = EventStreamReader(options.maxMessageBytes)
        val reconnects = Reconnects(options.firstReconnectMillis)
        private var wasOpen = false

        /** Makes one connection and reads it to its end. Returns why there is no sense in another, or null if there is. */
        suspend fun attempt(): McpException? {
            try {
                sender.send(streamCall(context, sessionId, if (stream.canResume) stream.lastEventId else "")) { hear(it) }
                tell(isOpen = false, stream.end.failure?.message ?: "the server ended it")
            } catch (e: McpException) {
                if (e is SessionExpiredException) {
                    if (wasOpen) throw e
                    return absent(e)
                }
                if (!e.isRetryable || (!wasOpen && e.status != null)) return e
                stream.missed(e)
            }
            return null
        }

        private suspend fun hear(answer: ReceivedAnswer) {
            if (answer.mediaType != EVENT_STREAM) throw answer.notMcp("HTTP ${answer.status} and no event stream", bodyStart = null)
            wasOpen = true
            tell(isOpen = true, reason = null)
            onReady()
            stream.read<Unit>(answer) { event ->
                if (event.isMessage) messagesIn(event.data, context.version).forEach { onMessage(it) }
                null
            }
        }
    }

    /** A session just begun is not gone: such a server has no stream, and says so with the wrong status (TRAP-08). */
    private fun absent(e: SessionExpiredException) =
        NotMcpException("$url answered GET with HTTP ${e.status}", FailureDetails(e.phase, url, "none is needed", e.answer))

    private fun messagesIn(data: String, version: ProtocolVersion?): List<JsonRpcMessage> =
        try {
            parseMessages(data, version)
        } catch (e: SerializationException) {
            warn("an event of the server's own stream was left out, as it is not JSON-RPC: ${problemOf(e)}")
            emptyList()
        }

    private fun isOver(refusal: McpException) {
        tell(isOpen = false, refusal.message)
        // That a server has no such stream is its right; everything else somebody could mend.
        if (refusal.code !in NO_STREAM) warn("messages of the server's own are not heard: ${refusal.message}")
    }

    private fun isOver(reason: String) {
        tell(isOpen = false, reason)
        warn("messages of the server's own are not heard any more, as their stream is lost: $reason")
    }

    private fun tell(isOpen: Boolean, reason: String?) {
        if (events.isListening) events.onEvent(StreamEvent(url, isOpen, reason))
    }

    private fun warn(message: String) {
        if (events.isListening) events.onEvent(WarningEvent(message))
    }

    private companion object {
        val NO_STREAM = setOf(ErrorCode.NOT_MCP, ErrorCode.REJECTED, ErrorCode.JSONRPC)
    }
}
