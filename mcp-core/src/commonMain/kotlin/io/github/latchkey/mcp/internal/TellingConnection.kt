package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.ExchangeFailureEvent
import io.github.latchkey.mcp.JsonRpcFailure
import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.JsonRpcResponse
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.MessageDirection
import io.github.latchkey.mcp.MessageEvent
import io.github.latchkey.mcp.RequestId
import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.ExchangeContext

/** This connection, which tells [events] of every message if they want to know; itself, and so at no cost, if they do not. */
internal fun Connection.tellingOf(events: McpEvents): Connection = if (events.wantsMessages) TellingConnection(this, events) else this

/**
 * Tells of every message between the session and its transport: all of them pass here, whatever the transport and the revision, but for
 * the notice of a cancelled request, which transports send, and tell of, themselves.
 */
private class TellingConnection(
    private val connection: Connection,
    private val events: McpEvents,
) : Connection by connection {
    override suspend fun exchange(
        request: JsonRpcRequest,
        context: ExchangeContext,
        onRelated: suspend (JsonRpcMessage) -> Unit,
    ): JsonRpcResponse {
        sent(request, request.id)
        try {
            val response = connection.exchange(request, context) {
                received(it, request.id)
                onRelated(it)
            }
            received(response, request.id)
            return response
        } catch (e: McpException) {
            failed(request, e)
            throw e
        }
    }

    override suspend fun send(message: JsonRpcMessage, context: ExchangeContext) {
        sent(message, exchange = null)
        connection.send(message, context)
    }

    override suspend fun listen(context: ExchangeContext, onReady: () -> Unit, onMessage: suspend (JsonRpcMessage) -> Unit) =
        connection.listen(context, onReady) {
            received(it, exchange = null)
            onMessage(it)
        }

    override suspend fun fallback(failure: McpException, context: ExchangeContext): Connection? =
        connection.fallback(failure, context)?.let { TellingConnection(it, events) }

    private fun failed(request: JsonRpcRequest, failure: McpException) {
        failure.jsonRpcError?.let { received(JsonRpcFailure(request.id, it), request.id) }
        events.onEvent(ExchangeFailureEvent(request.id, request.method, failure.code, failure.status, failure.answer?.bodyStart))
    }

    private fun sent(message: JsonRpcMessage, exchange: RequestId?) = events.onEvent(MessageEvent(MessageDirection.SENT, message, exchange))

    private fun received(message: JsonRpcMessage, exchange: RequestId?) =
        events.onEvent(MessageEvent(MessageDirection.RECEIVED, message, exchange))
}
