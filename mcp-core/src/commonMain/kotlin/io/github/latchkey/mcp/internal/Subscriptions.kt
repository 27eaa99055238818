package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.JsonRpcNotification
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.RetryEvent
import io.github.latchkey.mcp.ServerNotification
import io.github.latchkey.mcp.SubscriptionFilter
import io.github.latchkey.mcp.WarningEvent
import io.github.latchkey.mcp.transport.ExchangeContext
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.cancel
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.channelFlow
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.serialization.Serializable
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Subscriptions, one behind each flow, in the coroutine of its collector. 2026-07-28 has a request whose stream carries what was asked
 * for (STL-45); the session era tells of lists unasked, and of resources after `resources/subscribe`.
 */
internal class Subscriptions(
    private val live: LiveSession,
    private val exchanges: Exchanges,
    private val ended: Deferred<Throwable>,
    private val options: ClientOptions,
    private val events: McpEvents,
) {
    private val lock = Mutex()

    // How many flows of the session era want each resource. Guarded by the lock.
    private val wanted = mutableMapOf<String, Int>()

    fun open(filter: SubscriptionFilter): Flow<ServerNotification> =
        channelFlow {
            val ending = launch { throw ended.await() }
            val tell: (ServerNotification) -> Unit = { trySend(it) }
            if (live.current.era.version.isStateless) hearStreams(filter, tell) else hearSession(filter, tell)
            ending.cancel()
        }.buffer(BUFFERED, BufferOverflow.DROP_OLDEST)

    /** Listens until the server ends the subscription, and begins anew where its stream breaks (STL-53, STL-54). */
    private suspend fun hearStreams(filter: SubscriptionFilter, tell: (ServerNotification) -> Unit) {
        var failures = 0
        while (true) {
            val stream = SubscriptionStream(exchanges, events, filter, options.requestTimeout, tell)
            val began = options.timeSource.markNow()
            try {
                return stream.hear(live.current.era)
            } catch (e: McpException) {
                val hasWorked = stream.isAcknowledged
                if ((!hasWorked && failures == 0) || e.code !in PASSING) throw e
                failures = if (hasWorked && (stream.hasTold || began.elapsedNow() > SHORT_LIFE)) 1 else failures + 1
                if (failures > MAX_FAILURES) throw e
                if (events.isListening) events.onEvent(RetryEvent(SubscriptionStream.METHOD, "the stream ended: ${e.message}"))
            }
            delay(pause(failures))
        }
    }

    private fun pause(failures: Int): Duration {
        val longest = minOf(FIRST_PAUSE_MILLIS shl (failures - 1), LONGEST_PAUSE_MILLIS)
        return Random.nextLong(longest / 2, longest + 1).milliseconds
    }

    private suspend fun hearSession(filter: SubscriptionFilter, tell: (ServerNotification) -> Unit): Unit =
        coroutineScope {
            launch(start = CoroutineStart.UNDISPATCHED) { exchanges.notifications.collect { if (filter.matches(it)) tell(it) } }
            lock.withLock { filter.resources.forEach { wanted[it] = (wanted[it] ?: 0) + 1 } }
            try {
                // A session that has begun anew knows nothing of what was subscribed to in the one before.
                live.sessions.collect {
                    filter.resources.forEach { live.call("resources/subscribe", uriParams(it), JsonElement.serializer()) }
                    tell(ServerNotification.Subscribed(filter))
                }
            } finally {
                withContext(NonCancellable) { forget(filter) }
            }
        }

    private suspend fun forget(filter: SubscriptionFilter) {
        val unwanted =
            lock.withLock {
                filter.resources.filter { uri ->
                    val left = (wanted.remove(uri) ?: 1) - 1
                    if (left > 0) wanted[uri] = left
                    left == 0
                }
            }
        if (ended.isCompleted) return
        withTimeoutOrNull(options.closeTimeout) {
            for (uri in unwanted) {
                try {
                    live.call("resources/unsubscribe", uriParams(uri), JsonElement.serializer())
                } catch (e: McpException) {
                    if (events.isListening) events.onEvent(WarningEvent("$uri is still subscribed to: ${e.message}"))
                }
            }
        }
    }

    private fun uriParams(uri: String) = JsonObject(mapOf("uri" to JsonPrimitive(uri)))

    private companion object {
        const val BUFFERED = 256
        const val MAX_FAILURES = 5
        const val FIRST_PAUSE_MILLIS = 500L
        const val LONGEST_PAUSE_MILLIS = 30_000L

        /** A stream that ends sooner, and has told nothing, is no progress. */
        val SHORT_LIFE = 5.seconds

        /** What another attempt may get over. */
        val PASSING = setOf(ErrorCode.PROTOCOL, ErrorCode.UNREACHABLE, ErrorCode.TIMEOUT, ErrorCode.SERVER_ERROR, ErrorCode.RATE_LIMITED)
    }
}

/** One `subscriptions/listen` request, from its acknowledgement to its end. */
internal class SubscriptionStream(
    private val exchanges: Exchanges,
    private val events: McpEvents,
    private val filter: SubscriptionFilter,
    private val timeout: Duration,
    private val tell: (ServerNotification) -> Unit,
) {
    private val acknowledged = CompletableDeferred<Unit>()

    val isAcknowledged: Boolean get() = acknowledged.isCompleted

    /** Whether anything came beside the acknowledgement. */
    var hasTold: Boolean = false
        private set

    /** Returns when the server ends the subscription; throws when the stream ends without a word. */
    suspend fun hear(era: Era): Unit =
        coroutineScope {
            val patience = launch { requireAcknowledgement() }
            val params = JsonObject(mapOf("notifications" to McpJson.encodeToJsonElement(SubscriptionFilter.serializer(), filter)))
            val context = ExchangeContext(era.version, Phase.STREAM)
            val stream =
                launch {
                    val itself = this
                    exchanges.stream(METHOD, era.params(params), context) { message ->
                        if (message.method == "notifications/cancelled") itself.cancel() else take(message)
                    }
                }
            stream.join()
            patience.cancel()
        }

    private fun take(message: JsonRpcNotification) {
        if (message.method == "notifications/subscriptions/acknowledged") {
            acknowledge(message)
        } else {
            hasTold = true
            exchanges.tell(message)?.let(tell)
        }
    }

    private fun acknowledge(message: JsonRpcNotification) {
        val granted = granted(message)
        val missing = granted?.let(filter::missingFrom).orEmpty()
        if (missing.isNotEmpty() &&
            events.isListening
        ) {
            events.onEvent(WarningEvent("the server will not tell of: ${missing.joinToString()}"))
        }
        acknowledged.complete(Unit)
        val subscribed = ServerNotification.Subscribed(granted ?: filter)
        exchanges.tell(subscribed)
        tell(subscribed)
    }

    private fun granted(message: JsonRpcNotification): SubscriptionFilter? =
        try {
            message.params?.decodeWire(Acknowledgement.serializer())?.notifications
        } catch (e: SerializationException) {
            exchanges.warn(message, e)
            null
        }

    private suspend fun requireAcknowledgement() {
        withTimeoutOrNull(timeout) { acknowledged.await() } ?: throw RequestTimeoutException(
            "no acknowledgement of $METHOD from ${exchanges.endpoint} for $timeout",
            "silence",
            timeout.inWholeMilliseconds,
            FailureDetails(Phase.STREAM, exchanges.endpoint, "check that the server is up and answers", isRetryable = true),
        )
    }

    @Serializable
    private class Acknowledgement(
        val notifications: SubscriptionFilter? = null,
    )

    companion object {
        const val METHOD = "subscriptions/listen"
    }
}
