package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.JsonRpcError
import io.github.latchkey.mcp.JsonRpcException
import io.github.latchkey.mcp.JsonRpcFailure
import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcNotification
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.JsonRpcResponse
import io.github.latchkey.mcp.JsonRpcResult
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProgressListener
import io.github.latchkey.mcp.ProtocolException
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.RequestId
import io.github.latchkey.mcp.ServerNotification
import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.Deadline
import io.github.latchkey.mcp.transport.ExchangeContext
import kotlinx.coroutines.flow.Flow
import kotlinx.serialization.DeserializationStrategy
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlin.concurrent.atomics.AtomicLong
import kotlin.concurrent.atomics.ExperimentalAtomicApi

/** Turns a method and its params into one exchange, and its answer into a value or an exception. */
internal class Exchanges(
    val endpoint: String,
    private val connection: Connection,
    private val incoming: Incoming,
    private val ids: RequestIds = RequestIds(),
) {

    val notifications: Flow<ServerNotification> get() = incoming.notifications.flow

    val mirrorsParameters: Boolean get() = connection.mirrorsParameters

    /** A request of the handshake, whose deadline is the caller's. */
    suspend fun handshake(method: String, params: JsonObject, version: ProtocolVersion?, deadline: Deadline): RawJson =
        exchange(method, params, ExchangeContext(version, Phase.CONNECT, deadline), null)

    /** What goes on over [other], with the ids going on, too. */
    fun over(other: Connection): Exchanges = Exchanges(endpoint, other, incoming.over(other), ids)

    /** See [Connection.fallback]. */
    suspend fun fallback(failure: McpException, deadline: Deadline): Exchanges? =
        connection.fallback(failure, ExchangeContext(null, Phase.CONNECT, deadline))?.let(::over)

    /** Hears what the server sends of its own accord. See [Connection.listen]. */
    suspend fun listen(context: ExchangeContext, onReady: () -> Unit) =
        connection.listen(context, onReady) { incoming.receive(it, context) }

    suspend fun notify(notification: JsonRpcNotification, context: ExchangeContext) = connection.send(notification, context)

    suspend fun close(version: ProtocolVersion?) = connection.close(ExchangeContext(version, Phase.CLOSE, isBestEffort = true))

    fun <T> decode(answer: RawJson, method: String, result: DeserializationStrategy<T>, phase: Phase): T =
        try {
            answer.decodeWire(result)
        } catch (e: SerializationException) {
            throw broken(method, phase, e)
        }

    private fun broken(method: String, phase: Phase, cause: SerializationException) =
        ProtocolException("the result of $method from $endpoint is not what MCP says", mendServer(phase), cause)

    /** As [decode], but without the [items] of a list that make no sense: the others are of use (and FEAT-15 keeps them whole). */
    fun <T> decodeList(answer: RawJson, method: String, result: DeserializationStrategy<T>, items: ListItems): T =
        try {
            answer.decodeWire(result)
        } catch (e: SerializationException) {
            val tree = decode(answer, method, JsonElement.serializer(), Phase.REQUEST)
            items.withoutBroken(tree, method)?.let { decode(it, method, result, Phase.REQUEST) } ?: throw broken(method, Phase.REQUEST, e)
        }

    /** Sends [params] as they are, with a token for [onProgress] where there is one. */
    suspend fun exchange(method: String, params: JsonObject, context: ExchangeContext, onProgress: ProgressListener?): RawJson {
        val number = ids.next()
        val withToken = if (onProgress == null) params else params.withMeta("progressToken", JsonPrimitive(number))
        if (onProgress is LastingProgress) incoming.keep(number, onProgress)
        return exchange(request(number, method, withToken), context, Related(incoming, number, onProgress, context))
    }

    /** Hears no more of what [onProgress] was for. */
    fun forget(onProgress: LastingProgress) = incoming.forget(onProgress)

    /** Sends a request that is answered by a stream of notifications, and returns the result that ends it. */
    suspend fun stream(
        method: String,
        params: JsonObject,
        context: ExchangeContext,
        onNotification: (JsonRpcNotification) -> Unit,
    ): RawJson =
        exchange(request(ids.next(), method, params), context) {
            if (it is JsonRpcNotification) onNotification(it) else incoming.receive(it, context)
        }

    /** Passes on that a subscription has begun. */
    fun tell(subscribed: ServerNotification.Subscribed) = incoming.notifications.tell(subscribed)

    /** Tells of a notification that could not be read. */
    fun warn(notification: JsonRpcNotification, problem: SerializationException) = incoming.notifications.warn(notification, problem)

    /** Passes on what came on a stream of its own; null if it makes no sense. */
    fun tell(notification: JsonRpcNotification): ServerNotification? = incoming.notifications.tell(notification)

    private fun request(number: Long, method: String, params: JsonObject) =
        JsonRpcRequest(RequestId.of(number), method, params.takeUnless { it.isEmpty() }?.let(RawJson::of))

    private suspend fun exchange(request: JsonRpcRequest, context: ExchangeContext, onRelated: suspend (JsonRpcMessage) -> Unit): RawJson =
        when (val response = timed(request, context, onRelated)) {
            is JsonRpcResult -> response.result
            is JsonRpcFailure -> throw refused(request.method, response.error, context.phase)
        }

    private suspend fun timed(
        request: JsonRpcRequest,
        context: ExchangeContext,
        onRelated: suspend (JsonRpcMessage) -> Unit,
    ): JsonRpcResponse {
        // In 2026-07-28 nothing is asked but by answers.
        if (context.version?.isStateless == true) return connection.exchange(request, context, onRelated)
        return incoming.timed(context.deadline) { connection.exchange(request, context, onRelated) }
    }

    fun refused(method: String, error: JsonRpcError, phase: Phase) =
        JsonRpcException(
            "$endpoint answered $method with JSON-RPC error ${error.code}: ${error.message}",
            error,
            FailureDetails(
                phase,
                endpoint,
                "read the server's message: it refused this request, and sending it again unchanged will not help",
            ),
        )

    private fun mendServer(phase: Phase) = FailureDetails(
        phase,
        endpoint,
        "report this to whoever runs the server: its answer breaks the protocol",
    )
}

/** Takes what comes with the answer to a request. A class and no lambda, so that calling it allocates nothing: it may be called often. */
private class Related(
    private val incoming: Incoming,
    private val number: Long,
    private val onProgress: ProgressListener?,
    private val context: ExchangeContext,
) : suspend (JsonRpcMessage) -> Unit {
    override suspend fun invoke(message: JsonRpcMessage) = incoming.receive(message, number, onProgress, context)
}

/** Hears the progress of a call that may become a task, also after its answer. To be forgotten when the task has ended. */
internal class LastingProgress(
    listener: ProgressListener,
) : ProgressListener by listener

/** One counter a session, never reset: no id is used twice in it (RPC-02) nor while unanswered (RPC-03). */
@OptIn(ExperimentalAtomicApi::class)
internal class RequestIds {
    private val last = AtomicLong(0)

    fun next(): Long = last.addAndFetch(1)
}

/** These params with [key] set in `_meta`. */
internal fun JsonObject.withMeta(key: String, value: JsonElement): JsonObject {
    val meta = (this["_meta"] as? JsonObject).orEmpty()
    return JsonObject(this + ("_meta" to JsonObject(meta + (key to value))))
}
