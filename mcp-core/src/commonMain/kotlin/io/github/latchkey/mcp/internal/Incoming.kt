package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.JsonRpcError
import io.github.latchkey.mcp.JsonRpcFailure
import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcNotification
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.JsonRpcResponse
import io.github.latchkey.mcp.JsonRpcResult
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Progress
import io.github.latchkey.mcp.ProgressListener
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.WarningEvent
import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.ExchangeContext
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.launch
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.longOrNull

/** What the server sends of its own accord: notifications and, in the session era, requests. */
internal class Incoming(
    private val connection: Connection,
    private val scope: CoroutineScope,
    private val events: McpEvents,
) {
    fun over(other: Connection): Incoming = Incoming(other, scope, events)

    /** Handles a message that belongs to no exchange. */
    fun receive(message: JsonRpcMessage, context: ExchangeContext) = receive(message, NO_REQUEST, null, context)

    /** Handles a message that came with the exchange of request [id], in the coroutine that reads it: so nothing here waits. */
    fun receive(message: JsonRpcMessage, id: Long, onProgress: ProgressListener?, context: ExchangeContext) {
        when (message) {
            is JsonRpcNotification -> if (message.method == "notifications/progress") report(message, id, onProgress)
            is JsonRpcRequest -> answer(message, context)
            is JsonRpcResponse -> events.onEvent(WarningEvent("a response to a request that nobody waits for (id ${message.id})"))
        }
    }

    private fun report(notification: JsonRpcNotification, id: Long, onProgress: ProgressListener?) {
        if (onProgress == null) return
        try {
            val params = notification.params?.decode(ProgressParams.serializer()) ?: return
            if (params.progressToken.isString || params.progressToken.longOrNull != id) return
            onProgress.onProgress(Progress(params.progress, params.total, params.message))
        } catch (e: SerializationException) {
            events.onEvent(WarningEvent("a progress notification that is none: ${e.message}"))
        }
    }

    private fun answer(request: JsonRpcRequest, context: ExchangeContext) {
        if (context.version?.isStateless == true) {
            // 2026-07-28 has no server requests, and forbids the client to send responses (STL-17).
            events.onEvent(WarningEvent("the server sent the request ${request.method}, which its revision does not have"))
            return
        }
        val reply =
            when (request.method) {
                "ping" -> JsonRpcResult(request.id, RawJson.of(JsonObject(emptyMap())))
                else -> JsonRpcFailure(request.id, JsonRpcError(JsonRpcError.METHOD_NOT_FOUND, "this client has no ${request.method}"))
            }
        scope.launch { send(reply, context) }
    }

    private suspend fun send(reply: JsonRpcResponse, context: ExchangeContext) {
        try {
            connection.send(reply, ExchangeContext(context.version, context.phase, isBestEffort = true))
        } catch (e: McpException) {
            events.onEvent(WarningEvent("an answer to the server could not be delivered: ${e.message}"))
        }
    }

    private companion object {
        const val NO_REQUEST = 0L
    }

    @Serializable
    private class ProgressParams(
        @SerialName("progressToken") val progressToken: JsonPrimitive,
        val progress: Double,
        val total: Double? = null,
        val message: String? = null,
    )
}
