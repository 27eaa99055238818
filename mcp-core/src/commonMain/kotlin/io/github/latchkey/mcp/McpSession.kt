package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.Background
import io.github.latchkey.mcp.internal.Era
import io.github.latchkey.mcp.internal.Exchanges
import io.github.latchkey.mcp.internal.Paging
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlin.jvm.JvmSynthetic
import kotlin.time.Duration

/**
 * A session with one MCP server, ready for use. Safe for concurrent calls; each call runs in its caller's coroutine and ends with it.
 *
 * Every call throws [JsonRpcException] when the server answers with an error, [RequestTimeoutException] when a deadline of
 * [ClientOptions] passes, another [McpException] when the connection or the sign-in fails, and once the session has ended the
 * reason for that.
 */
public class McpSession internal constructor(
    private val exchanges: Exchanges,
    private val background: Background,
    private val era: Era,
    /** What the server said of itself when the session began. */
    public val server: ServerDescription,
    private val closeTimeout: Duration,
) {
    private val closing = CompletableDeferred<Unit>()
    private val closed = CompletableDeferred<Unit>()

    /** The revision in use. */
    public val protocolVersion: ProtocolVersion get() = era.version

    /**
     * All tools of the server, page by page to the last. Throws [ProtocolException] at a cursor that repeats and after 1,000
     * pages.
     */
    @JvmSynthetic
    public suspend fun listTools(): List<Tool> = Paging.all(exchanges.endpoint, "tools/list", ::listToolsPage, {
        it.tools
    }, { it.nextCursor })

    /**
     * One page of tools: the first when [cursor] is null, else the one that [ListToolsResult.nextCursor] of an earlier page leads
     * to.
     */
    @JvmSynthetic
    public suspend fun listToolsPage(cursor: String?): ListToolsResult =
        exchanges.call(era, "tools/list", cursorParams(cursor), ListToolsResult.serializer())

    /**
     * Calls the tool [name]. [arguments] go to the server as they are, `null` values included.
     * The result may have [CallToolResult.isError] set: that is the tool's own answer, not an exception.
     */
    @JvmSynthetic
    public suspend fun callTool(
        name: String,
        arguments: JsonObject = JsonObject(emptyMap()),
        options: RequestOptions = RequestOptions.DEFAULT,
    ): CallToolResult {
        val params = mapOf("name" to JsonPrimitive(name), "arguments" to arguments)
        return exchanges.call(era, "tools/call", JsonObject(params), CallToolResult.serializer(), options)
    }

    /** Calls the tool [name] with the arguments that [arguments] puts together. */
    @JvmSynthetic
    public suspend fun callTool(
        name: String,
        arguments: JsonObjectBuilder.() -> Unit,
    ): CallToolResult = callTool(name, buildJsonObject(arguments))

    /** Returns when the server has answered: `ping`, or in 2026-07-28, which has none, `server/discover`. */
    @JvmSynthetic
    public suspend fun ping() {
        exchanges.call(era, era.pingMethod, NO_PARAMS, JsonElement.serializer())
    }

    /**
     * Asks the server anew what it offers (2026-07-28). Throws [IllegalStateException] in a session of an older revision, which
     * has no such request.
     */
    @JvmSynthetic
    public suspend fun discover(): DiscoverResult {
        check(era.version.isStateless) { "server/discover came with ${ProtocolVersion.V2026_07_28}; this session speaks ${era.version}" }
        return exchanges.call(era, "server/discover", NO_PARAMS, DiscoverResult.serializer())
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
                withTimeoutOrNull(closeTimeout) { exchanges.close(era.version) }
            } finally {
                withContext(NonCancellable) { background.stop() }
                closed.complete(Unit)
            }
        }
    }

    private fun closedException() =
        SessionClosedException(
            "the session with ${exchanges.endpoint} is closed",
            FailureDetails(Phase.CLOSE, exchanges.endpoint, "connect again: a session is not usable after close"),
        )

    private fun cursorParams(cursor: String?) = if (cursor == null) NO_PARAMS else JsonObject(mapOf("cursor" to JsonPrimitive(cursor)))

    private companion object {
        val NO_PARAMS = JsonObject(emptyMap())
    }
}
