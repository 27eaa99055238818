package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.JsonRpcError
import io.github.latchkey.mcp.JsonRpcNotification
import io.github.latchkey.mcp.LoggingLevel
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.RequestOptions
import io.github.latchkey.mcp.RetryEvent
import io.github.latchkey.mcp.ServerNotification
import io.github.latchkey.mcp.SessionExpiredException
import io.github.latchkey.mcp.WarningEvent
import io.github.latchkey.mcp.transport.CallContext
import io.github.latchkey.mcp.transport.Deadline
import io.github.latchkey.mcp.transport.ExchangeContext
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.serialization.DeserializationStrategy
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlin.concurrent.Volatile
import kotlin.time.Duration.Companion.seconds

/**
 * What a session is made of while it lives: the exchanges, and what was negotiated. When the server has lost the session, it is
 * begun anew, once for all who notice, and each refused request is sent once more (HTTP-26, HTTP-27).
 */
internal class LiveSession(
    private val exchanges: Exchanges,
    private val background: Background,
    private val options: ClientOptions,
    private val events: McpEvents,
    negotiated: Negotiated,
) {
    val endpoint: String get() = exchanges.endpoint

    private val requests = ServerRequests(options)

    // Replaced under the lock, by a session that has begun anew.
    @Volatile
    var current: Negotiated = negotiated
        private set
    private val renewal = Mutex()

    val notifications: Flow<ServerNotification> get() = exchanges.notifications

    /** What the session asks to be logged; null for nothing (2026-07-28 has no other place for it). */
    @Volatile
    private var loggingLevel: LoggingLevel? = null

    val mirrorsParameters: Boolean get() = current.era.version.isStateless && exchanges.mirrorsParameters

    suspend fun <T> call(
        method: String,
        params: JsonObject,
        result: DeserializationStrategy<T>,
        callOptions: RequestOptions = RequestOptions.DEFAULT,
        mirrored: Map<String, String> = emptyMap(),
    ): T {
        val deadline = deadline(method, callOptions)
        val answer =
            deadline.enforce(background.ended) {
                renewing(deadline) { negotiated ->
                    val context = ExchangeContext(negotiated.era.version, Phase.REQUEST, deadline, mirrored = mirrored)
                    inCallContext(callOptions.callContext) {
                        exchange(method, params, negotiated.era, context, callOptions)
                    }
                }
            }
        return exchanges.decode(answer, method, result, Phase.REQUEST)
    }

    private suspend fun exchange(
        method: String,
        params: JsonObject,
        era: Era,
        context: ExchangeContext,
        callOptions: RequestOptions,
    ): RawJson {
        if (!era.version.isStateless) return exchanges.exchange(method, era.params(params), context, callOptions.onProgress)
        val asked = loggingLevel?.let { params.withMeta("io.modelcontextprotocol/logLevel", JsonPrimitive(it.value)) } ?: params
        return MultiRoundTrip(endpoint, requests, context.deadline).call(method, asked) {
            exchanges.exchange(method, era.params(it), context, callOptions.onProgress)
        }
    }

    /**
     * Begins to hear what the server sends of its own accord, for as long as the session lives. Returns when that can arrive, or
     * is known never to.
     */
    suspend fun listen(deadline: Deadline) {
        val ready = CompletableDeferred<Unit>()
        background.scope.launch(start = CoroutineStart.UNDISPATCHED) {
            try {
                hear(deadline) { ready.complete(Unit) }
            } catch (e: McpException) {
                // As long as nobody has the session, it is the handshake that fails.
                if (!ready.completeExceptionally(e)) throw e
            } finally {
                ready.complete(Unit)
            }
        }
        // Some servers send the head of a stream with its first event: nobody need wait for that.
        withTimeoutOrNull(MAX_READY_WAIT) { ready.await() }
        ready.complete(Unit)
    }

    private suspend fun hear(deadline: Deadline, onReady: () -> Unit) {
        while (true) {
            val seen = current
            try {
                return exchanges.listen(ExchangeContext(seen.era.version, Phase.STREAM, deadline), onReady)
            } catch (e: SessionExpiredException) {
                if (!isRenewed(seen, e)) return
            }
        }
    }

    /** Whether there is another session to listen in. If not, calls may still get one, so the session does not end for it. */
    private suspend fun isRenewed(seen: Negotiated, expired: SessionExpiredException): Boolean {
        val problem =
            try {
                if (withTimeoutOrNull(options.connectTimeout) { renewed(seen, expired, Deadline.NONE) } != null) return true
                "it took longer than ${options.connectTimeout}"
            } catch (e: McpException) {
                e.message
            }
        if (events.isListening) {
            events.onEvent(
                WarningEvent("messages of the server are not heard any more, as its session is lost: $problem"),
            )
        }
        return false
    }

    /** Session era: asks once, for the session. 2026-07-28: asks with every request from here on. */
    suspend fun setLoggingLevel(level: LoggingLevel) {
        if (!current.era.version.isStateless) {
            call("logging/setLevel", JsonObject(mapOf("level" to JsonPrimitive(level.value))), JsonElement.serializer())
        }
        loggingLevel = level
    }

    /** Tells a notification of the client; nothing where the revision has none. */
    suspend fun notify(method: String) {
        val version = current.era.version
        if (version.isStateless) return
        exchanges.notify(JsonRpcNotification(method, null), ExchangeContext(version, Phase.REQUEST))
    }

    suspend fun close() = exchanges.close(current.era.version)

    private suspend fun <T> renewing(deadline: Deadline, block: suspend (Negotiated) -> T): T {
        val seen = current
        val expired =
            try {
                return block(seen)
            } catch (e: SessionExpiredException) {
                if (e.mayHaveRun) throw e
                e
            }
        val renewed = renewed(seen, expired, deadline)
        try {
            return block(renewed)
        } catch (again: McpException) {
            again.addSuppressed(expired)
            throw again
        }
    }

    /** The session after [seen], which is lost: another may have begun it already. */
    private suspend fun renewed(seen: Negotiated, expired: SessionExpiredException, deadline: Deadline): Negotiated =
        renewal.withLock { if (current === seen) renew(expired, deadline) else current }

    private suspend fun renew(expired: SessionExpiredException, deadline: Deadline): Negotiated {
        if (events.isListening) events.onEvent(RetryEvent(null, "the server has lost the session: begin another"))
        try {
            return Negotiator(exchanges, options, events, deadline).renew(current.era.version).also { current = it }
        } catch (e: McpException) {
            val failure =
                SessionExpiredException(
                    "the session with $endpoint is lost, and another could not be begun: ${e.message}",
                    expired.facts,
                    e,
                )
            failure.addSuppressed(expired)
            throw failure
        }
    }

    private suspend fun <T> inCallContext(callContext: CallContext?, block: suspend () -> T): T =
        if (callContext == null || callContext === currentCoroutineContext()[CallContext]) block() else withContext(callContext) { block() }

    private fun deadline(method: String, callOptions: RequestOptions) =
        RunningDeadline(
            options.timeSource,
            callOptions.requestTimeout ?: options.requestTimeout,
            callOptions.absoluteTimeout ?: options.absoluteTimeout,
            "absolute",
            Phase.REQUEST,
            endpoint,
            "the answer to $method",
        )

    private companion object {
        val MAX_READY_WAIT = 1.seconds
    }
}

/** Whether the server refused a request because a header does not say what the body says (STL-40). */
internal val McpException.isHeaderMismatch: Boolean get() = jsonRpcError?.code == JsonRpcError.HEADER_MISMATCH
