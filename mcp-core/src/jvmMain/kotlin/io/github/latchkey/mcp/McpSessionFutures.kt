package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.toJsonObject
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.cancel
import kotlinx.coroutines.future.future
import kotlinx.serialization.json.JsonObject
import java.util.concurrent.CompletableFuture

/**
 * [McpSession] for Java: the same operations, each returning a [CompletableFuture]. A future fails with what the operation
 * throws; `join()` wraps that in a [java.util.concurrent.CompletionException]. Cancelling a future ends its request, at the
 * server too; cancelling a stage derived from it does not.
 */
public class McpSessionFutures internal constructor(
    private val session: McpSession,
    private val scope: CoroutineScope,
) : AutoCloseable {
    /** What the server said of itself when the session began. */
    public val server: ServerDescription get() = session.server

    /** The revision in use. */
    public val protocolVersion: ProtocolVersion get() = session.protocolVersion

    /** @see McpSession.listTools */
    public fun listTools(): CompletableFuture<List<Tool>> = scope.future { session.listTools() }

    /** @see McpSession.listToolsPage */
    public fun listToolsPage(cursor: String?): CompletableFuture<ListToolsResult> = scope.future { session.listToolsPage(cursor) }

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

    /** @see McpSession.ping */
    public fun ping(): CompletableFuture<Void> = scope.future { session.ping() }.thenApply { null }

    /** @see McpSession.discover */
    public fun discover(): CompletableFuture<DiscoverResult> = scope.future { session.discover() }

    /** Ends the session as [McpSession.close] does. The future never fails. */
    public fun closeAsync(): CompletableFuture<Void> {
        // Not on the caller's executor, which may be waiting for this; and not to be cancelled half-way.
        val closed = CoroutineScope(Dispatchers.Default + NonCancellable).future { session.close() }
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
        scope.future { session.callTool(name, arguments, options) }
}
