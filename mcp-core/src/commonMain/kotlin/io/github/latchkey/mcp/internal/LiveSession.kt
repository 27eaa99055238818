package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.CacheableResult
import io.github.latchkey.mcp.CallToolResult
import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.JsonRpcError
import io.github.latchkey.mcp.JsonRpcException
import io.github.latchkey.mcp.JsonRpcNotification
import io.github.latchkey.mcp.LoggingLevel
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProgressListener
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.ReadResourceResult
import io.github.latchkey.mcp.RequestOptions
import io.github.latchkey.mcp.RetryEvent
import io.github.latchkey.mcp.ServerNotification
import io.github.latchkey.mcp.SessionExpiredException
import io.github.latchkey.mcp.TraceContext
import io.github.latchkey.mcp.WarningEvent
import io.github.latchkey.mcp.transport.CallContext
import io.github.latchkey.mcp.transport.Deadline
import io.github.latchkey.mcp.transport.ExchangeContext
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
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
    private val cache: ResultCache,
) {
    val endpoint: String get() = exchanges.endpoint

    private val requests = ServerRequests(options)
    private val permits = Permits(options.maxConcurrentRequests)
    private val watch = DeadlineWatch(background.scope, background.ended, options.timeSource)

    // Replaced under the lock, by a session that has begun anew.
    private val negotiations = MutableStateFlow(negotiated)

    /** The session, and each that is begun after it. */
    val sessions: Flow<Negotiated> get() = negotiations

    val current: Negotiated get() = negotiations.value
    private val renewal = Mutex()

    val notifications: Flow<ServerNotification> get() = exchanges.notifications

    val tasks = ToolTasks(this, options, events)

    val subscriptions = Subscriptions(this, exchanges, background.ended, options, events)

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
        val answer = answer(method, params, callOptions, mirrored)
        return exchanges.decode(answer.result, method, result, Phase.REQUEST)
    }

    /** Calls a tool, and waits for the task that the call may become. */
    suspend fun callTool(params: JsonObject, callOptions: RequestOptions, mirrored: Map<String, String>): CallToolResult {
        if ("task" !in params) return called(answer("tools/call", params, callOptions, mirrored).result, params, callOptions)
        val progress = callOptions.onProgress?.let(::LastingProgress)
        try {
            return called(answer("tools/call", params, callOptions, mirrored, progress).result, params, callOptions)
        } finally {
            progress?.let(exchanges::forget)
        }
    }

    private suspend fun called(answer: RawJson, params: JsonObject, callOptions: RequestOptions): CallToolResult {
        val isTask = if (current.era.version.isStateless) {
            options.takesTasks && MultiRoundTrip.resultType(answer) == MultiRoundTrip.TASK
        } else {
            "task" in
                params
        }
        return if (isTask) {
            tasks.await(tasks.read(answer), callOptions)
        } else {
            exchanges.decode(answer, "tools/call", CallToolResult.serializer(), Phase.REQUEST)
        }
    }

    /** Answers what a task asks, as a call would. */
    suspend fun respond(asked: RawJson): JsonObject = MultiRoundTrip(endpoint, requests, Deadline.NONE).respond(asked)

    fun refused(method: String, error: JsonRpcError) = exchanges.refused(method, error, Phase.REQUEST)

    /** One page of a list, without the [items] that make no sense. */
    suspend fun <T : CacheableResult> list(method: String, cursor: String?, result: DeserializationStrategy<T>, items: ListItems): T {
        val params = Paging.params(cursor)
        try {
            return cached(method, params, uri = null, RequestOptions.DEFAULT) { exchanges.decodeList(it, method, result, items) }
        } catch (e: JsonRpcException) {
            // A cursor that is not known any more belongs to pages that are not, either (STL-81).
            if (cursor != null && e.error.code == JsonRpcError.INVALID_PARAMS) cache.forget(method)
            throw e
        }
    }

    suspend fun read(uri: String, callOptions: RequestOptions): ReadResourceResult {
        val params = JsonObject(mapOf("uri" to JsonPrimitive(uri)))
        return cached("resources/read", params, uri, callOptions) {
            exchanges.decode(it, "resources/read", ReadResourceResult.serializer(), Phase.REQUEST)
        }
    }

    fun forget(method: String) = cache.forget(method)

    fun forgetAll() = cache.clear()

    private suspend fun <T : CacheableResult> cached(
        method: String,
        params: JsonObject,
        uri: String?,
        callOptions: RequestOptions,
        decode: (RawJson) -> T,
    ): T {
        val callContext = callOptions.callContext ?: currentCoroutineContext()[CallContext]
        // Who sends headers may be answered otherwise than who does not.
        val mayKeep = options.cachesResults && current.era.version.isStateless && callContext?.headers.isNullOrEmpty()
        if (!mayKeep) return decode(answer(method, params, callOptions, emptyMap()).result)
        val question = ResultCache.Question(method, params.toString(), uri)
        // The question is the same, and so is the type of its answer.
        @Suppress("UNCHECKED_CAST")
        (cache.find(question, callContext?.identity) as T?)?.let { return it }
        val changes = cache.changes
        val answer = answer(method, params, callOptions, emptyMap())
        val result = decode(answer.result)
        if (!answer.hadRounds) cache.keep(question, callContext?.identity, result, answer.result.length, changes)
        return result
    }

    /** @property hadRounds whether input was asked for: what was answered then is no answer for others (STL-71) */
    private class Answer(
        val result: RawJson,
        val hadRounds: Boolean,
    )

    private suspend fun answer(
        method: String,
        params: JsonObject,
        callOptions: RequestOptions,
        mirrored: Map<String, String>,
        onProgress: ProgressListener? = callOptions.onProgress,
    ): Answer = permits.use { answerNow(method, params, callOptions, mirrored, onProgress) }

    private suspend fun answerNow(
        method: String,
        params: JsonObject,
        callOptions: RequestOptions,
        mirrored: Map<String, String>,
        onProgress: ProgressListener?,
    ): Answer {
        val deadline = deadline(method, callOptions)
        val trace = callOptions.traceContext ?: currentCoroutineContext()[TraceContext] ?: options.traceContext?.invoke()
        val given = callOptions.meta.entries.fold(params) { all, (key, value) -> all.withMeta(key, value.toElement()) }
        val traced = trace?.members.orEmpty().entries.fold(given) { all, (name, value) -> all.withMeta(name, JsonPrimitive(value)) }
        return watch.enforce(deadline) {
            renewing(deadline) { negotiated ->
                val context = ExchangeContext(negotiated.era.version, Phase.REQUEST, deadline, mirrored = mirrored)
                inCallContext(callOptions.callContext, trace) {
                    exchange(method, traced, negotiated.era, context, onProgress)
                }
            }
        }
    }

    private suspend fun exchange(
        method: String,
        params: JsonObject,
        era: Era,
        context: ExchangeContext,
        onProgress: ProgressListener?,
    ): Answer {
        if (!era.version.isStateless) {
            return Answer(exchanges.exchange(method, era.params(params), context, onProgress), hadRounds = false)
        }
        val asked = loggingLevel?.let { params.withMeta("io.modelcontextprotocol/logLevel", JsonPrimitive(it.value)) } ?: params
        var sent = 0
        val result =
            MultiRoundTrip(endpoint, requests, context.deadline, options.takesTasks).call(method, asked) {
                sent++
                exchanges.exchange(method, era.params(it), context, onProgress)
            }
        return Answer(result, hadRounds = sent > 1)
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
        withinTime(MAX_READY_WAIT) { ready.await() }
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
            return Negotiator(exchanges, options, events, deadline).renew(current.era.version).also { negotiations.value = it }
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

    private suspend fun <T> inCallContext(given: CallContext?, trace: TraceContext?, block: suspend () -> T): T {
        val present = currentCoroutineContext()[CallContext]
        val wanted = given ?: present
        val context = if (trace == null) wanted else CallContext(trace.members + wanted?.headers.orEmpty(), wanted?.identity)
        return if (context == null || context === present) block() else withContext(context) { block() }
    }

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
