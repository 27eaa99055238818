package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.FlowPublisher
import io.github.latchkey.mcp.internal.call
import io.github.latchkey.mcp.internal.toJsonObject
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.cancel
import kotlinx.serialization.json.JsonObject
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Flow

/**
 * [McpSession] for Java: the same operations, each returning a [CompletableFuture]. A future fails with what the operation
 * throws; `join()` wraps that in a [java.util.concurrent.CompletionException]. Cancelling a future ends its request, at the
 * server too; cancelling a stage derived from it does not.
 *
 * Unless it was opened with an executor, a call begins in the thread that makes it, up to where it first waits. It goes on in the thread that
 * waits for its future, or for a stage derived from it, in `get()` or `join()`; and while none does, in the shared default executor.
 */
public class McpSessionFutures internal constructor(
    @get:JvmSynthetic internal val session: McpSession,
    @get:JvmSynthetic internal val scope: CoroutineScope,
) : AutoCloseable {
    /** What the server said of itself when the session began. */
    public val server: ServerDescription get() = session.server

    /** The revision in use. */
    public val protocolVersion: ProtocolVersion get() = session.protocolVersion

    /** @see McpSession.listTools */
    public fun listTools(): CompletableFuture<List<Tool>> = scope.call { session.listTools() }

    /** Page by page, each fetched when the subscriber asks for it; see [McpSession.toolPages]. */
    public fun toolPages(): Flow.Publisher<ListToolsResult> = FlowPublisher(session.toolPages(), scope)

    /** @see McpSession.listToolsPage */
    public fun listToolsPage(cursor: String?): CompletableFuture<ListToolsResult> = scope.call { session.listToolsPage(cursor) }

    /**
     * Calls the tool [name] with [arguments]: maps, lists and arrays, strings, numbers, booleans, null and [RawJson], nested as
     * needed. Throws [IllegalArgumentException] at once for anything else.
     *
     * @see McpSession.callTool
     */
    @JvmOverloads
    public fun callTool(
        name: String,
        arguments: Map<String, *> = emptyMap<String, Any>(),
        options: RequestOptions = RequestOptions.DEFAULT,
    ): CompletableFuture<CallToolResult> = callTool(name, arguments.toJsonObject(), options)

    /** Calls the tool [name] with the JSON object in [arguments]. Throws [IllegalArgumentException] at once if it is none. */
    @JvmOverloads
    public fun callTool(
        name: String,
        arguments: RawJson,
        options: RequestOptions = RequestOptions.DEFAULT,
    ): CompletableFuture<CallToolResult> =
        callTool(name, requireNotNull(arguments.toObject()) { "the arguments of $name are not a JSON object" }, options)

    /** @see McpSession.awaitTask */
    @JvmOverloads
    public fun awaitTask(taskId: String, options: RequestOptions = RequestOptions.DEFAULT): CompletableFuture<CallToolResult> =
        scope.call { session.awaitTask(taskId, options) }

    /** @see McpSession.getTask */
    public fun getTask(taskId: String): CompletableFuture<ToolTask> = scope.call { session.getTask(taskId) }

    /** @see McpSession.cancelTask */
    public fun cancelTask(taskId: String): CompletableFuture<Void> = scope.call { session.cancelTask(taskId) }.thenApply { null }

    /** @see McpSession.listResources */
    public fun listResources(): CompletableFuture<List<Resource>> = scope.call { session.listResources() }

    /** Page by page, each fetched when the subscriber asks for it; see [McpSession.resourcePages]. */
    public fun resourcePages(): Flow.Publisher<ListResourcesResult> = FlowPublisher(session.resourcePages(), scope)

    /** @see McpSession.listResourcesPage */
    public fun listResourcesPage(
        cursor: String?,
    ): CompletableFuture<ListResourcesResult> = scope.call { session.listResourcesPage(cursor) }

    /** @see McpSession.listResourceTemplates */
    public fun listResourceTemplates(): CompletableFuture<List<ResourceTemplate>> = scope.call { session.listResourceTemplates() }

    /** Page by page, each fetched when the subscriber asks for it; see [McpSession.resourceTemplatePages]. */
    public fun resourceTemplatePages(): Flow.Publisher<ListResourceTemplatesResult> = FlowPublisher(session.resourceTemplatePages(), scope)

    /** @see McpSession.listResourceTemplatesPage */
    public fun listResourceTemplatesPage(cursor: String?): CompletableFuture<ListResourceTemplatesResult> =
        scope.call { session.listResourceTemplatesPage(cursor) }

    /** @see McpSession.readResource */
    @JvmOverloads
    public fun readResource(uri: String, options: RequestOptions = RequestOptions.DEFAULT): CompletableFuture<ReadResourceResult> =
        scope.call { session.readResource(uri, options) }

    /** @see McpSession.listPrompts */
    public fun listPrompts(): CompletableFuture<List<Prompt>> = scope.call { session.listPrompts() }

    /** Page by page, each fetched when the subscriber asks for it; see [McpSession.promptPages]. */
    public fun promptPages(): Flow.Publisher<ListPromptsResult> = FlowPublisher(session.promptPages(), scope)

    /** @see McpSession.listPromptsPage */
    public fun listPromptsPage(cursor: String?): CompletableFuture<ListPromptsResult> = scope.call { session.listPromptsPage(cursor) }

    /** @see McpSession.getPrompt */
    @JvmOverloads
    public fun getPrompt(
        name: String,
        arguments: Map<String, String> = emptyMap(),
        options: RequestOptions = RequestOptions.DEFAULT,
    ): CompletableFuture<GetPromptResult> = scope.call { session.getPrompt(name, arguments, options) }

    /** @see McpSession.complete */
    @JvmOverloads
    public fun complete(
        reference: CompletionReference,
        name: String,
        value: String,
        answered: Map<String, String> = emptyMap(),
    ): CompletableFuture<CompleteResult> = scope.call { session.complete(reference, name, value, answered) }

    /** @see McpSession.setLoggingLevel */
    public fun setLoggingLevel(
        level: LoggingLevel,
    ): CompletableFuture<Void> = scope.call { session.setLoggingLevel(level) }.thenApply { null }

    /** @see McpSession.rootsChanged */
    public fun rootsChanged(): CompletableFuture<Void> = scope.call { session.rootsChanged() }.thenApply { null }

    /** What the server tells of its own accord, to each subscriber from its subscription on; see [McpSession.notifications]. */
    public fun notifications(): Flow.Publisher<ServerNotification> = FlowPublisher(session.notifications, scope)

    /** What changes on the server, told to each subscriber from its subscription on; see [McpSession.subscribe]. */
    public fun subscribe(filter: SubscriptionFilter): Flow.Publisher<ServerNotification> = FlowPublisher(session.subscribe(filter), scope)

    /**
     * Sends the request [method] with the JSON object in [params]. Throws [IllegalArgumentException] at once if it is none.
     *
     * @see McpSession.request
     */
    @JvmOverloads
    public fun request(
        method: String,
        params: RawJson = NO_PARAMS,
        options: RequestOptions = RequestOptions.DEFAULT,
    ): CompletableFuture<RawJson> {
        val members = requireNotNull(params.toObject()) { "the params of $method are not a JSON object" }
        return scope.call { session.request(method, members, options) }
    }

    /** @see McpSession.clearCache */
    public fun clearCache(): Unit = session.clearCache()

    /** @see McpSession.ping */
    public fun ping(): CompletableFuture<Void> = scope.call { session.ping() }.thenApply { null }

    /** @see McpSession.discover */
    public fun discover(): CompletableFuture<DiscoverResult> = scope.call { session.discover() }

    /** Ends the session as [McpSession.close] does. The future never fails. */
    public fun closeAsync(): CompletableFuture<Void> {
        // Not on the caller's executor, which may be waiting for this; and not to be cancelled half-way.
        val closed = CoroutineScope(Dispatchers.Default + NonCancellable).call { session.close() }
        return closed.handle { _, _ ->
            scope.cancel()
            null
        }
    }

    /** Ends the session and waits for it, no longer than the close timeout of [ClientOptions]. */
    override fun close() {
        closeAsync().join()
    }

    private fun callTool(name: String, arguments: JsonObject, options: RequestOptions): CompletableFuture<CallToolResult> =
        scope.call { session.callTool(name, arguments, options) }

    private companion object {
        val NO_PARAMS = RawJson.of(JsonObject(emptyMap()))
    }
}
