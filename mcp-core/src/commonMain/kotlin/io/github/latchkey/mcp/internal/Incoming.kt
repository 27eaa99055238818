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
import io.github.latchkey.mcp.ProgressListener
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.RequestId
import io.github.latchkey.mcp.WarningEvent
import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.Deadline
import io.github.latchkey.mcp.transport.ExchangeContext
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.launch
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.longOrNull
import kotlin.concurrent.atomics.AtomicReference
import kotlin.concurrent.atomics.ExperimentalAtomicApi
import kotlin.concurrent.atomics.update

/**
 * What the server sends of its own accord: notifications and, in the session era, requests. A request is handled by a child of
 * the session, so that a slow handler holds up nobody and may itself call the server (FEAT-60, TRAP-41).
 */
@OptIn(ExperimentalAtomicApi::class)
internal class Incoming(
    private val connection: Connection,
    private val scope: CoroutineScope,
    private val events: McpEvents,
    private val requests: ServerRequests,
    val notifications: Notifications,
) {
    private val running = AtomicReference(emptyMap<RequestId, Job>())

    // Of calls that have become tasks: their progress comes after their answer, on whatever stream (FEAT-35).
    private val lasting = AtomicReference(emptyMap<Long, ProgressListener>())

    // Of the calls that run in the session era: a pipe does not tell which of them the server asks something for.
    private val clocks = Roster<Clock>()

    /** Runs [call], whose clock is [deadline]: it stands still while an answer is owed to the server, which cannot go on without it. */
    suspend fun <T> timed(deadline: Deadline, call: suspend () -> T): T {
        val clock = Clock(deadline)
        clocks.add(clock)
        try {
            return call()
        } finally {
            clock.isOver = true
        }
    }

    /** Passes on the progress of request [id] after its answer as well, until [forget]. */
    fun keep(id: Long, onProgress: ProgressListener): Unit = lasting.update { it + (id to onProgress) }

    fun forget(onProgress: ProgressListener): Unit = lasting.update { kept -> kept.filterValues { it !== onProgress } }

    fun over(other: Connection): Incoming = Incoming(other, scope, events, requests, notifications)

    /** Handles a message that belongs to no exchange. */
    fun receive(message: JsonRpcMessage, context: ExchangeContext) = receive(message, NO_REQUEST, null, context)

    /** Handles a message that came with the exchange of request [id], in the coroutine that reads it: so nothing here waits. */
    fun receive(message: JsonRpcMessage, id: Long, onProgress: ProgressListener?, context: ExchangeContext) {
        when (message) {
            is JsonRpcNotification -> notice(message, id, onProgress)
            is JsonRpcRequest -> answer(message, context, if (id == NO_REQUEST) runningClocks() else listOf(context.deadline))
            is JsonRpcResponse -> events.onEvent(WarningEvent("a response to a request that nobody waits for (id ${message.id})"))
        }
    }

    private fun runningClocks() = buildList { clocks.forEach { add(it.deadline) } }

    private fun notice(notification: JsonRpcNotification, id: Long, onProgress: ProgressListener?) {
        try {
            when (notification.method) {
                "notifications/progress" -> report(notification, id, onProgress)
                "notifications/cancelled" -> cancel(notification)
                else -> notifications.tell(notification)
            }
        } catch (e: SerializationException) {
            notifications.warn(notification, e)
        }
    }

    private fun report(notification: JsonRpcNotification, id: Long, onProgress: ProgressListener?) {
        val kept = lasting.load()
        if (onProgress == null && kept.isEmpty()) return
        val params = ProgressParams.read(notification.params ?: return)
        val listener = onProgress.takeIf { params.token == id } ?: kept[params.token] ?: return
        listener.onProgress(params.progress)
    }

    private fun answer(request: JsonRpcRequest, context: ExchangeContext, waiting: List<Deadline>) {
        if (context.version?.isStateless == true) {
            // 2026-07-28 has no server requests, and forbids the client to send responses (STL-17).
            events.onEvent(WarningEvent("the server sent the request ${request.method}, which its revision does not have"))
            return
        }
        val handling = scope.launch(InRequest()) { send(paused(waiting) { reply(request) }, context) }
        running.update { it + (request.id to handling) }
        // A server may use an id twice: then the later request has its place.
        handling.invokeOnCompletion { running.update { if (it[request.id] === handling) it - request.id else it } }
    }

    private suspend fun <T> paused(clocks: List<Deadline>, block: suspend () -> T): T =
        if (clocks.isEmpty()) block() else clocks.first().paused { paused(clocks.drop(1), block) }

    /** The server no longer wants an answer: unknown and finished requests are ignored (HTTP-70). */
    private fun cancel(notification: JsonRpcNotification) {
        val id = notification.params?.toObject()?.get("requestId") as? JsonPrimitive ?: return
        val key = if (id.isString) RequestId.of(id.content) else id.longOrNull?.let(RequestId::of)
        running.load()[key]?.cancel()
    }

    // A handler's own timeout is a cancellation too, and a failure of the handler: ensureActive tells it from the end of the session.
    @Suppress("SuspendFunSwallowedCancellation")
    private suspend fun reply(request: JsonRpcRequest): JsonRpcResponse =
        try {
            val result = if (request.method == "ping") JsonObject(emptyMap()) else requests.answer(request.method, request.params)
            val task = (request.params?.toObject()?.get("_meta") as? JsonObject)?.get(RELATED_TASK)
            JsonRpcResult(request.id, RawJson.of(if (task == null) result else result.withMeta(RELATED_TASK, task)))
        } catch (e: RequestRefused) {
            JsonRpcFailure(request.id, JsonRpcError(e.code, e.message.orEmpty()))
        } catch (e: Exception) {
            currentCoroutineContext().ensureActive()
            events.onEvent(WarningEvent("the handler of ${request.method} failed: $e"))
            // Nothing of the inside goes to the server (RPC-14).
            JsonRpcFailure(request.id, JsonRpcError(JsonRpcError.INTERNAL_ERROR, "the client could not answer ${request.method}"))
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

        /** What is asked for a task is answered for it (TASK-07). */
        const val RELATED_TASK = "io.modelcontextprotocol/related-task"
    }

    private class Clock(
        val deadline: Deadline,
    ) : Roster.Entry<Clock>()
}
