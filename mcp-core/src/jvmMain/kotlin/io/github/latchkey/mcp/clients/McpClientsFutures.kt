package io.github.latchkey.mcp.clients

import io.github.latchkey.mcp.CallToolResult
import io.github.latchkey.mcp.McpSession
import io.github.latchkey.mcp.McpSessionFutures
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.RequestOptions
import io.github.latchkey.mcp.internal.call
import io.github.latchkey.mcp.internal.toJsonObject
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.cancel
import kotlinx.serialization.json.JsonObject
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.Executor

/** [McpClients] for Java. A future fails with what the operation throws; cancelling it ends its requests. */
public class McpClientsFutures private constructor(
    private val group: McpClients,
    private val scope: CoroutineScope,
) : AutoCloseable {
    /** @see McpClients.servers */
    public val servers: List<String> get() = group.servers

    private val facades = ConcurrentHashMap<String, McpSessionFutures>()

    /** The session with [server]; see [McpClients.session]. Close the group, and not the session. */
    public fun session(server: String): CompletableFuture<McpSessionFutures> =
        scope.call(CoroutineStart.DEFAULT) {
            val session = group.session(server)
            facades.compute(server) { _, known -> known?.takeIf { it.session === session } ?: facade(session) } as McpSessionFutures
        }

    private fun facade(session: McpSession): McpSessionFutures {
        // It ends with the group, or when the session is closed by itself.
        val own = CoroutineScope(scope.coroutineContext + SupervisorJob(scope.coroutineContext[Job]))
        return McpSessionFutures(session, own)
    }

    /** @see McpClients.listTools */
    public fun listTools(): CompletableFuture<GroupTools> = scope.call(CoroutineStart.DEFAULT) { group.listTools() }

    /** @see McpClients.callTool */
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

    /** @see McpClients.close */
    public fun closeAsync(): CompletableFuture<Void> {
        val closed = CoroutineScope(Dispatchers.Default + NonCancellable).call(CoroutineStart.DEFAULT) { group.close() }
        return closed.handle { _, _ ->
            scope.cancel()
            null
        }
    }

    /** Closes every session and waits for it. */
    override fun close() {
        closeAsync().join()
    }

    private fun callTool(name: String, arguments: JsonObject, options: RequestOptions): CompletableFuture<CallToolResult> =
        scope.call(CoroutineStart.DEFAULT) { group.callTool(name, arguments, options) }

    public companion object {
        /**
         * The group that [builder] describes; nothing is connected yet.
         *
         * @param executor runs the callbacks and the coroutines of the group; null for the shared default one, and for threads that wait
         * for a future of it, as with [McpSessionFutures]
         */
        @JvmStatic
        @JvmOverloads
        public fun open(builder: McpClients.Builder, executor: Executor? = null): McpClientsFutures {
            // Ended by close.
            val scope = CoroutineScope(SupervisorJob() + (executor?.asCoroutineDispatcher() ?: Dispatchers.Default))
            return McpClientsFutures(builder.open(scope), scope)
        }
    }
}
