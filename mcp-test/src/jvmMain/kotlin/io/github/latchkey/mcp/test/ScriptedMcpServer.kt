package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonObject

/** How a [ScriptedMcpServer] answers requests whose handler sends nothing before its result. */
public enum class AnswerMode {
    /** One JSON object. */
    JSON,

    /** An event stream, opened before the handler runs. */
    SSE,
}

/**
 * An MCP server over Streamable HTTP that answers what a test tells it to, keeps the rules of the protocol, and reports
 * what a client does against them. Serve it with `Application.mcpServer`, in `testApplication` as on a [LoopbackServer].
 *
 * It speaks the stateless revision and the session-era ones, together by default, and HTTP+SSE of 2024-11-05 where
 * `Application.sseMcpServer` serves it. Not supported: batches of 2025-03-26. Safe for use by several threads.
 */
public class ScriptedMcpServer internal constructor(builder: ScriptedMcpServerBuilder) {
    /** The revisions it speaks, newest first. */
    public val revisions: List<String> = builder.revisions

    /** Who may use it; null for everybody. Can be replaced while it runs. */
    @Volatile
    public var protection: Protection? = builder.protection

    internal val name = builder.name
    internal val version = builder.version
    internal val instructions = builder.instructions
    internal val capabilities = builder.capabilities
    internal val tools: Map<String, ScriptedTool> = builder.tools.toMap()
    internal val answerMode = builder.answerMode
    internal val pageSize = builder.pageSize
    internal val issuesSessionIds = builder.issuesSessionIds
    internal val hasGetStream = builder.hasGetStream
    internal val retryMillis = builder.retryMillis
    internal val keepAliveMillis = builder.keepAliveMillis
    internal val caching = builder.caching
    private val schemas = builder.schemas
    internal val answers = AnswerScript()
    internal val metadataAnswers = AnswerScript()
    internal val sessions = McpSessions(issuesSessionIds)
    internal val handlers = ServerHandlers(this, builder.methods.toMap(), builder.everyMethod)

    private val recordedRequests = Recording<RecordedRequest>("requests")
    private val recordedMetadataRequests = Recording<RecordedRequest>("metadata requests")
    private val recordedCalls = Recording<RecordedCall>("calls")
    private val recordedViolations = Recording<String>("violations")

    /** Every HTTP request to the endpoint so far, in order of arrival. */
    public val requests: List<RecordedRequest> get() = recordedRequests.snapshot()

    /** Every request for the protected resource metadata so far, found or not. */
    public val metadataRequests: List<RecordedRequest> get() = recordedMetadataRequests.snapshot()

    /** Every JSON-RPC request that reached a handler, in order of arrival. */
    public val calls: List<RecordedCall> get() = recordedCalls.snapshot()

    /** What clients did against the protocol, a sentence for each. */
    public val violations: List<String> get() = recordedViolations.snapshot()

    /** The ids of the open sessions. */
    public val sessionIds: List<String> get() = sessions.ids

    /** Waits until [count] requests have arrived, at most five seconds, then throws `AssertionError`. */
    @JvmSynthetic
    public suspend fun awaitRequests(count: Int): List<RecordedRequest> = recordedRequests.await(count)

    /** Waits until [count] calls have reached a handler, at most five seconds, then throws `AssertionError`. */
    @JvmSynthetic
    public suspend fun awaitCalls(count: Int): List<RecordedCall> = recordedCalls.await(count)

    /** The same as `awaitRequests`, for Java: holds the calling thread. */
    public fun waitForRequests(count: Int): List<RecordedRequest> = holdingTheThread { awaitRequests(count) }

    /** The same as `awaitCalls`, for Java: holds the calling thread. */
    public fun waitForCalls(count: Int): List<RecordedCall> = holdingTheThread { awaitCalls(count) }

    /** Throws `AssertionError` if a client broke a rule. */
    public fun assertNoViolations() {
        if (violations.isNotEmpty()) throw AssertionError(violations.joinToString("\n", prefix = "violations:\n"))
    }

    /** Gives [answer] to the next request to the endpoint instead of its own; several are given in order. */
    public fun answerNext(answer: ScriptedAnswer): Unit = answers.add(answer)

    /** Gives [answer] to every request to the endpoint from now on; null ends that. */
    public fun answerAlways(answer: ScriptedAnswer?) {
        answers.always = answer
    }

    /** Gives [answer] to every request for the protected resource metadata from now on; null ends that. */
    public fun answerMetadata(answer: ScriptedAnswer?) {
        metadataAnswers.always = answer
    }

    /** Ends all sessions without telling anybody: the next request of each gets 404. */
    public fun expireSession(): Unit = sessions.clear()

    /** Sends a notification on the GET stream of every session. */
    public fun push(method: String, params: JsonObject): Unit =
        sessions.all().forEach { it.standaloneStream.append(messageEvent(jsonRpcNotification(method, params))) }

    /** Sends [lines] as one event, exactly as they are, on the GET stream of every session. */
    public fun pushRaw(lines: String): Unit = sessions.all().forEach { it.standaloneStream.append(lines) }

    internal fun inputSchemaOf(tool: String): JsonObject? = tools[tool]?.inputSchema

    internal fun recordRequest(request: RecordedRequest) {
        recordedRequests.add(request)
        if (request.method == "POST") schemas?.problems(request)?.forEach { addViolation("${request.line}: $it") }
    }

    internal fun recordMetadataRequest(request: RecordedRequest) = recordedMetadataRequests.add(request)

    internal fun recordCall(method: String, params: JsonObject, version: String): RecordedCall =
        RecordedCall(method, params, version).also(recordedCalls::add)

    internal fun addViolation(sentence: String) = recordedViolations.add(sentence)

    /** The reply for [refusal], which is noted if it is the client's fault. */
    internal fun refuse(request: RecordedRequest, message: PostedMessage?, refusal: Refusal): HttpReply {
        if (refusal.isViolation) {
            addViolation("${request.line} ${message?.methodOrNull.orEmpty()}: ${refusal.message}")
        }
        return refusal.reply(message?.idOrNull)
    }

    public companion object {
        /** A server with the options set by [configure]. */
        @JvmSynthetic
        public operator fun invoke(configure: ScriptedMcpServerBuilder.() -> Unit = {}): ScriptedMcpServer =
            ScriptedMcpServerBuilder().apply(configure).build()

        /** A builder, for Java. */
        @JvmStatic
        public fun builder(): ScriptedMcpServerBuilder = ScriptedMcpServerBuilder()
    }
}
