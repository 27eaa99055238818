package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.Background
import io.github.latchkey.mcp.internal.ListItems
import io.github.latchkey.mcp.internal.LiveSession
import io.github.latchkey.mcp.internal.Paging
import io.github.latchkey.mcp.internal.Toolbox
import io.github.latchkey.mcp.internal.withinTime
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.withContext
import kotlinx.serialization.DeserializationStrategy
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlin.jvm.JvmSynthetic

/**
 * A session with one MCP server, ready for use. Safe for concurrent calls; each call runs in its caller's coroutine and ends with it.
 *
 * Every call throws [JsonRpcException] when the server answers with an error, [RequestTimeoutException] when a deadline of
 * [ClientOptions] passes, another [McpException] when the connection or the sign-in fails, and once the session has ended the
 * reason for that.
 */
public class McpSession internal constructor(
    private val live: LiveSession,
    private val background: Background,
    events: McpEvents,
    options: ClientOptions,
) {
    private val toolbox = Toolbox(live, events, options)
    private val resourceItems = ListItems("resources", Resource.serializer(), events, "uri")
    private val templateItems = ListItems("resourceTemplates", ResourceTemplate.serializer(), events)
    private val promptItems = ListItems("prompts", Prompt.serializer(), events)
    private val closeTimeout = options.closeTimeout
    private val closing = CompletableDeferred<Unit>()
    private val closed = CompletableDeferred<Unit>()

    /** What the server said of itself when the session began. */
    public val server: ServerDescription get() = live.current.description

    /** The revision in use. */
    public val protocolVersion: ProtocolVersion get() = live.current.era.version

    /**
     * All tools of the server, page by page to the last. A tool that is not what MCP says is left out, and a [WarningEvent] names it.
     * Throws [ProtocolException] at a cursor that repeats and after 1,000
     * pages.
     */
    @JvmSynthetic
    public suspend fun listTools(): List<Tool> = toolbox.all()

    /** The same page by page, each fetched when the collector comes to it; throws what [listTools] throws. */
    @JvmSynthetic
    public fun toolPages(): Flow<ListToolsResult> = toolbox.pages()

    /**
     * One page of tools: the first when [cursor] is null, else the one that [ListToolsResult.nextCursor] of an earlier page leads
     * to.
     */
    @JvmSynthetic
    public suspend fun listToolsPage(cursor: String?): ListToolsResult = toolbox.page(cursor)

    /**
     * Calls the tool [name]. [arguments] go to the server as they are, `null` values included.
     * The result may have [CallToolResult.isError] set: that is the tool's own answer, not an exception.
     */
    @JvmSynthetic
    public suspend fun callTool(
        name: String,
        arguments: JsonObject = JsonObject(emptyMap()),
        options: RequestOptions = RequestOptions.DEFAULT,
    ): CallToolResult = toolbox.call(name, arguments, options)

    /** Calls the tool [name] with the arguments that [arguments] puts together. */
    @JvmSynthetic
    public suspend fun callTool(
        name: String,
        arguments: JsonObjectBuilder.() -> Unit,
    ): CallToolResult = callTool(name, buildJsonObject(arguments))

    /**
     * Waits for the task [taskId] that an earlier call became, in this session or in another, and returns its result. Cancelling the
     * caller cancels the task. Throws [TaskCancelledException] if the server has ended it, and [JsonRpcException] if it does not know it.
     */
    @JvmSynthetic
    public suspend fun awaitTask(taskId: String, options: RequestOptions = RequestOptions.DEFAULT): CallToolResult =
        live.tasks.await(live.tasks.find(taskId), options)

    /** How the task [taskId] is getting on. */
    @JvmSynthetic
    public suspend fun getTask(taskId: String): ToolTask = live.tasks.find(taskId)

    /** Asks the server to end the task [taskId]. It may still complete: only its state tells. */
    @JvmSynthetic
    public suspend fun cancelTask(taskId: String): Unit = live.tasks.cancel(taskId)

    /** All resources of the server, page by page to the last. */
    @JvmSynthetic
    public suspend fun listResources(): List<Resource> = pages("resources/list", ::listResourcesPage, { it.resources }, { it.nextCursor })

    /** The same page by page, each fetched when the collector comes to it. */
    @JvmSynthetic
    public fun resourcePages(): Flow<ListResourcesResult> =
        Paging.pages(live.endpoint, "resources/list", ::listResourcesPage) { it.nextCursor }

    /** One page of resources; see [listToolsPage]. */
    @JvmSynthetic
    public suspend fun listResourcesPage(cursor: String?): ListResourcesResult =
        live.list("resources/list", cursor, ListResourcesResult.serializer(), resourceItems)

    /** All resource templates of the server, page by page to the last. */
    @JvmSynthetic
    public suspend fun listResourceTemplates(): List<ResourceTemplate> =
        pages("resources/templates/list", ::listResourceTemplatesPage, { it.resourceTemplates }, { it.nextCursor })

    /** The same page by page, each fetched when the collector comes to it. */
    @JvmSynthetic
    public fun resourceTemplatePages(): Flow<ListResourceTemplatesResult> =
        Paging.pages(live.endpoint, "resources/templates/list", ::listResourceTemplatesPage) { it.nextCursor }

    /** One page of resource templates; see [listToolsPage]. */
    @JvmSynthetic
    public suspend fun listResourceTemplatesPage(cursor: String?): ListResourceTemplatesResult =
        live.list("resources/templates/list", cursor, ListResourceTemplatesResult.serializer(), templateItems)

    /**
     * Reads the resource [uri]. A resource that is not there is a [JsonRpcException] with code -32602 or, from older servers,
     * -32002.
     */
    @JvmSynthetic
    public suspend fun readResource(uri: String, options: RequestOptions = RequestOptions.DEFAULT): ReadResourceResult =
        live.read(uri, options)

    /** All prompts of the server, page by page to the last. */
    @JvmSynthetic
    public suspend fun listPrompts(): List<Prompt> = pages("prompts/list", ::listPromptsPage, { it.prompts }, { it.nextCursor })

    /** The same page by page, each fetched when the collector comes to it. */
    @JvmSynthetic
    public fun promptPages(): Flow<ListPromptsResult> = Paging.pages(live.endpoint, "prompts/list", ::listPromptsPage) { it.nextCursor }

    /** One page of prompts; see [listToolsPage]. */
    @JvmSynthetic
    public suspend fun listPromptsPage(cursor: String?): ListPromptsResult =
        live.list("prompts/list", cursor, ListPromptsResult.serializer(), promptItems)

    /** Gets the prompt [name] with [arguments] filled in. */
    @JvmSynthetic
    public suspend fun getPrompt(
        name: String,
        arguments: Map<String, String> = emptyMap(),
        options: RequestOptions = RequestOptions.DEFAULT,
    ): GetPromptResult {
        val params = mutableMapOf<String, JsonElement>("name" to JsonPrimitive(name))
        if (arguments.isNotEmpty()) params["arguments"] = JsonObject(arguments.mapValues { JsonPrimitive(it.value) })
        return live.call("prompts/get", JsonObject(params), GetPromptResult.serializer(), options)
    }

    /**
     * Values that would fit the argument [name] of [reference] and begin like [value].
     *
     * @param answered arguments that have a value already; used from 2025-06-18 on
     */
    @JvmSynthetic
    public suspend fun complete(
        reference: CompletionReference,
        name: String,
        value: String,
        answered: Map<String, String> = emptyMap(),
    ): CompleteResult {
        val context = JsonObject(mapOf("arguments" to JsonObject(answered.mapValues { JsonPrimitive(it.value) })))
        val params =
            buildJsonObject {
                put("ref", JsonObject(mapOf("type" to JsonPrimitive(reference.type), reference.key to JsonPrimitive(reference.value))))
                put("argument", JsonObject(mapOf("name" to JsonPrimitive(name), "value" to JsonPrimitive(value))))
                if (answered.isNotEmpty() && protocolVersion >= ProtocolVersion.V2025_06_18) put("context", context)
            }
        return live.call("completion/complete", params, CompleteResult.serializer())
    }

    /**
     * Asks for log messages of [level] and above; they arrive in [notifications]. In 2026-07-28 they come with the requests from
     * here on.
     */
    @JvmSynthetic
    public suspend fun setLoggingLevel(level: LoggingLevel): Unit = live.setLoggingLevel(level)

    /** Tells the server that the roots have changed; in 2026-07-28, where servers ask when they need them, does nothing. */
    @JvmSynthetic
    public suspend fun rootsChanged(): Unit = live.notify("notifications/roots/list_changed")

    /**
     * What the server tells of its own accord, from the moment of collecting on. A slow collector misses the oldest. Never ends
     * by itself.
     */
    public val notifications: Flow<ServerNotification> @JvmSynthetic get() = live.notifications

    /**
     * Tells what changes on the server, for as long as the flow is collected. It begins with [ServerNotification.Subscribed] once the
     * server listens, and again whenever the subscription had to begin anew: changes in between are lost, so read then what you keep.
     * A slow collector misses the oldest. What comes here is in [notifications] as well.
     *
     * The flow ends when the server ends the subscription (2026-07-28). It throws the reason when it cannot be had or is lost for
     * good, and when the session ends. In a session of an older revision over HTTP, changes arrive only on the server's own stream,
     * which is an option of the transport.
     *
     * @param filter what to tell of; [IllegalArgumentException] if that is nothing
     */
    @JvmSynthetic
    public fun subscribe(filter: SubscriptionFilter): Flow<ServerNotification> {
        require(!filter.isEmpty) { "a subscription to nothing" }
        return live.subscriptions.open(filter)
    }

    /**
     * Sends the request [method], one of an extension or one that has no operation here, with [params], and returns its result.
     *
     * @param options its progress, deadlines and context
     */
    @JvmSynthetic
    public suspend fun request(
        method: String,
        params: JsonObject = NO_PARAMS,
        options: RequestOptions = RequestOptions.DEFAULT,
    ): RawJson = live.call(method, params, RawJson.serializer(), options)

    internal suspend fun <T> request(method: String, params: JsonObject, result: DeserializationStrategy<T>): T =
        live.call(method, params, result)

    /** Whether it was closed, or has failed in the background. */
    internal val hasEnded: Boolean get() = background.ended.isCompleted

    internal val endpoint: String get() = live.endpoint

    /** Forgets every result that is kept because the server said that it stays fresh: the next call asks the server. */
    public fun clearCache(): Unit = live.forgetAll()

    /** Returns when the server has answered: `ping`, or in 2026-07-28, which has none, `server/discover`. */
    @JvmSynthetic
    public suspend fun ping() {
        live.call(live.current.era.pingMethod, NO_PARAMS, JsonElement.serializer())
    }

    /**
     * Asks the server anew what it offers (2026-07-28). Throws [IllegalStateException] in a session of an older revision, which
     * has no such request.
     */
    @JvmSynthetic
    public suspend fun discover(): DiscoverResult {
        check(protocolVersion.isStateless) {
            "server/discover came with ${ProtocolVersion.V2026_07_28}; this session speaks $protocolVersion"
        }
        return live.call("server/discover", NO_PARAMS, DiscoverResult.serializer())
    }

    /**
     * Ends the session, tells the server where the revision has a way to, and ends what runs in the background. Calls that are
     * under way throw [SessionClosedException]. Takes no longer than the close timeout, never fails for what the server does, and
     * may be called twice, from anywhere.
     */
    @JvmSynthetic
    public suspend fun close() {
        withContext(NonCancellable) {
            if (!closing.complete(Unit)) {
                closed.await()
                return@withContext
            }
            background.end(closedException())
            try {
                withinTime(closeTimeout) { live.close() }
            } finally {
                withContext(NonCancellable) { background.stop() }
                closed.complete(Unit)
            }
        }
    }

    private suspend fun <P, T> pages(
        method: String,
        fetch: suspend (String?) -> P,
        items: (P) -> List<T>,
        next: (P) -> String?,
    ): List<T> = Paging.all(live.endpoint, method, fetch, items, next)

    private fun closedException() =
        SessionClosedException(
            "the session with ${live.endpoint} is closed",
            FailureDetails(Phase.CLOSE, live.endpoint, "connect again: a session is not usable after close"),
        )

    private companion object {
        val NO_PARAMS = JsonObject(emptyMap())
    }
}
