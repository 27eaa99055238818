package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.Background
import io.github.latchkey.mcp.internal.LiveSession
import io.github.latchkey.mcp.internal.Toolbox
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
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
    private val live: LiveSession,
    private val background: Background,
    events: McpEvents,
    private val closeTimeout: Duration,
) {
    private val toolbox = Toolbox(live, events)
    private val closing = CompletableDeferred<Unit>()
    private val closed = CompletableDeferred<Unit>()

    /** What the server said of itself when the session began. */
    public val server: ServerDescription get() = live.current.description

    /** The revision in use. */
    public val protocolVersion: ProtocolVersion get() = live.current.era.version

    /**
     * All tools of the server, page by page to the last. Throws [ProtocolException] at a cursor that repeats and after 1,000
     * pages.
     */
    @JvmSynthetic
    public suspend fun listTools(): List<Tool> = toolbox.all()

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
                withTimeoutOrNull(closeTimeout) { live.close() }
            } finally {
                withContext(NonCancellable) { background.stop() }
                closed.complete(Unit)
            }
        }
    }

    private fun closedException() =
        SessionClosedException(
            "the session with ${live.endpoint} is closed",
            FailureDetails(Phase.CLOSE, live.endpoint, "connect again: a session is not usable after close"),
        )

    private companion object {
        val NO_PARAMS = JsonObject(emptyMap())
    }
}
