@file:Suppress("ForbiddenImport") // CoroutineStart.ATOMIC is delicate, and just what is needed: a notice begins in a cancelled scope

package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcNotification
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.MessageDirection
import io.github.latchkey.mcp.MessageEvent
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.RequestId
import io.github.latchkey.mcp.transport.CallContext
import io.github.latchkey.mcp.transport.ExchangeContext
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration.Companion.milliseconds

/**
 * Tells the server of requests that nobody waits for any more (MCP 2025-11-25, Cancellation). Who gave up does not wait for that:
 * each notice is a child of the session's [scope], which does, for [LIMIT_MILLIS] at most.
 */
internal class CancellationNotices(
    private val scope: CoroutineScope,
    private val events: McpEvents,
    private val send: suspend (JsonRpcMessage, ExchangeContext) -> Unit,
) {
    // What a notice runs under instead of the session's job, whose end is often the very reason for it.
    private val running = Job()

    /** Tells it of request [id], with what the caller's [CallContext] adds. Returns at once. */
    @OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class)
    suspend fun tell(id: RequestId, context: ExchangeContext) {
        val notice = JsonRpcNotification("notifications/cancelled", RawJson.parse("""{"requestId":$id}"""))
        if (events.wantsMessages) events.onEvent(MessageEvent(MessageDirection.SENT, notice, id))
        val quiet = ExchangeContext(context.version, context.phase, isBestEffort = true)
        val callContext = currentCoroutineContext()[CallContext] ?: EmptyCoroutineContext
        val job = Job(running)
        // Begun even in a scope that is being cancelled, and not cancelled with it.
        scope.launch(callContext, CoroutineStart.ATOMIC) {
            try {
                withContext(job) { bestEffort(LIMIT_MILLIS) { send(notice, quiet) } }
            } finally {
                job.complete()
            }
        }
    }

    /** Waits for the notices that are under way. None are begun from here on. */
    suspend fun finish() {
        running.complete()
        withinTime(LIMIT_MILLIS.milliseconds) { running.join() }
    }

    /** Ends the notices that are under way. */
    fun stop() = running.cancel()

    private companion object {
        const val LIMIT_MILLIS = 1_000L
    }
}

/** Runs [block] for [millis] at most, and leaves it at that if it fails. */
internal suspend fun bestEffort(millis: Long, block: suspend () -> Unit) {
    withinTime(millis.milliseconds) {
        try {
            block()
        } catch (_: McpException) {
            // Nobody waits for it, and there is nothing to be done about it.
        }
    }
}
