package io.github.latchkey.mcp.transport

import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcNotification
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.JsonRpcResponse
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.RequestId
import io.github.latchkey.mcp.WarningEvent
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.longOrNull
import kotlin.concurrent.atomics.AtomicReference
import kotlin.concurrent.atomics.ExperimentalAtomicApi
import kotlin.concurrent.atomics.update

/**
 * Gives a pipe that all messages share (stdio, HTTP+SSE) the shape of single exchanges: matches responses to requests by id.
 * Whoever reads the pipe calls [dispatch] for every message and [fail] once, at its end; both are safe to call while calls come
 * and go.
 *
 * @param write puts one message on the pipe; returns when it is written
 * @param onCancelled tells the server that nobody waits for a request any more; called while the caller's coroutine is cancelled,
 * so it must not suspend
 */
@OptIn(ExperimentalAtomicApi::class)
public class PendingRequests(
    private val events: McpEvents,
    private val write: suspend (JsonRpcMessage, ExchangeContext) -> Unit,
    private val onCancelled: (JsonRpcRequest, ExchangeContext) -> Unit,
) {
    private class Caller(
        val method: String,
        val messages: Channel<JsonRpcMessage>,
    )

    private class State(
        val waiting: Map<RequestId, Caller>,
        val failure: Throwable?,
    )

    private val state = AtomicReference(State(emptyMap(), null))

    // A session that does not listen must not fill the memory: the oldest messages are dropped.
    private val unclaimed = Channel<JsonRpcMessage>(MAX_BUFFERED, BufferOverflow.DROP_OLDEST)

    /** As [Connection.exchange]. */
    public suspend fun exchange(
        request: JsonRpcRequest,
        context: ExchangeContext,
        onRelated: suspend (JsonRpcMessage) -> Unit,
    ): JsonRpcResponse {
        // The response is the last message of its exchange, so of a full buffer only progress is dropped (FEAT-34).
        val messages = Channel<JsonRpcMessage>(MAX_BUFFERED, BufferOverflow.DROP_OLDEST)
        register(request.id, Caller(request.method, messages))
        val caller = currentCoroutineContext()
        var isAnswered = false
        try {
            write(request, context)
            while (true) {
                val message = messages.receive()
                context.deadline.signOfLife()
                if (message is JsonRpcResponse) return message.also { isAnswered = true }
                onRelated(message)
            }
        } finally {
            state.update { State(it.waiting - request.id, it.failure) }
            if (!isAnswered && !caller.isActive) onCancelled(request, context)
        }
    }

    /** Hands messages that belong to no request to [onMessage] until the pipe is closed; throws the reason when it ends by itself. */
    public suspend fun listen(onMessage: suspend (JsonRpcMessage) -> Unit) {
        for (message in unclaimed) onMessage(message)
    }

    /** Takes a message off the pipe. */
    public fun dispatch(message: JsonRpcMessage) {
        when (message) {
            is JsonRpcResponse -> {
                val caller = message.id?.let { state.load().waiting[it] }
                if (caller !=
                    null
                ) {
                    caller.messages.trySend(message)
                } else {
                    warn("a response to a request that nobody waits for (id ${message.id})")
                }
            }

            is JsonRpcNotification -> (callerOf(message)?.messages ?: unclaimed).trySend(message)

            is JsonRpcRequest -> unclaimed.trySend(message)
        }
    }

    /** The pipe has ended: every waiting call, every later one and [listen] throw [failure]. Only the first reason counts. */
    public fun fail(failure: Throwable): Unit = end(failure, failure)

    /** The pipe is closed from this side: every waiting call and every later one throw [reason]; [listen] returns. */
    public fun close(reason: Throwable): Unit = end(reason, null)

    private fun end(forCalls: Throwable, forListener: Throwable?) {
        state.update { if (it.failure == null) State(it.waiting, forCalls) else it }
        state.load().waiting.values.forEach { it.messages.close(forCalls) }
        unclaimed.close(forListener)
    }

    private fun register(id: RequestId, caller: Caller) {
        state.update {
            it.failure?.let { failure -> throw failure }
            State(it.waiting + (id to caller), null)
        }
    }

    /** The request a notification is for: the token of its progress, or the id of its subscription, is the id of the request. */
    private fun callerOf(notification: JsonRpcNotification): Caller? {
        val params = notification.params ?: return null
        return try {
            when (notification.method) {
                "notifications/progress" -> caller(params.toObject()?.get("progressToken"))

                // Of a request of the server, unless a subscription has that id: then it ends that (AMB-03).
                "notifications/cancelled" -> caller(params.toObject()?.get("requestId"))?.takeIf { it.method == LISTEN }

                else -> if (SUBSCRIPTION_ID in params.text) caller(params.member("_meta")?.toObject()?.get(SUBSCRIPTION_ID)) else null
            }
        } catch (_: SerializationException) {
            // It is no JSON, so it is nobody's: whoever listens to the rest tells of it.
            null
        }
    }

    private fun caller(key: JsonElement?): Caller? = (key as? JsonPrimitive)?.let(::requestId)?.let { state.load().waiting[it] }

    private fun requestId(key: JsonPrimitive): RequestId? =
        if (key.isString) RequestId.of(key.content) else key.longOrNull?.let(RequestId::of)

    private fun warn(message: String) {
        if (events.isListening) events.onEvent(WarningEvent(message))
    }

    private companion object {
        const val MAX_BUFFERED = 256
        const val LISTEN = "subscriptions/listen"
        const val SUBSCRIPTION_ID = "io.modelcontextprotocol/subscriptionId"
    }
}
