package io.github.latchkey.mcp.test

import io.github.latchkey.mcp.JsonSchemaValidator
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.nio.file.Path

/** Collects the options of a [ScriptedMcpServer]. Every one has a default. */
public class ScriptedMcpServerBuilder internal constructor() {
    internal var name = "scripted-server"
    internal var version = "1.0.0"
    internal var revisions = McpRevisions.ALL
    internal var instructions: String? = null
    internal var capabilities = JsonObject(mapOf("tools" to EMPTY_OBJECT))
    internal var protection: Protection? = null
    internal val tools = LinkedHashMap<String, ScriptedTool>()
    internal val methods = HashMap<String, RequestHandler>()
    internal var everyMethod: RequestHandler? = null
    internal var answerMode = AnswerMode.JSON
    internal var pageSize: Int? = null
    internal var issuesSessionIds = true
    internal var hasGetStream = false
    internal var retryMillis: Long? = null
    internal var keepAliveMillis: Long? = 100
    internal var schemas: WireSchemas? = WireSchemas.ofProperty
    internal var caching = JsonObject(mapOf("ttlMs" to JsonPrimitive(0), "cacheScope" to JsonPrimitive("private")))

    /** The name and version it gives itself. */
    public fun serverInfo(name: String, version: String): ScriptedMcpServerBuilder =
        apply {
            this.name = name
            this.version = version
        }

    /** The revisions it speaks, any of [McpRevisions.ALL]. */
    public fun revisions(vararg revisions: String): ScriptedMcpServerBuilder =
        apply {
            require(revisions.isNotEmpty()) { "revisions is empty" }
            require(McpRevisions.ALL.containsAll(revisions.toList())) { "revisions has one that is not known" }
            this.revisions = McpRevisions.ALL.filter { it in revisions }
        }

    /** The `instructions` for the client. */
    public fun instructions(instructions: String): ScriptedMcpServerBuilder = apply { this.instructions = instructions }

    /** The capabilities it declares; by default `tools` alone. */
    public fun capabilities(capabilities: JsonObject): ScriptedMcpServerBuilder = apply { this.capabilities = capabilities }

    /** Who may use it. */
    public fun protection(protection: Protection): ScriptedMcpServerBuilder = apply { this.protection = protection }

    /** Adds a tool. [inputSchema] and [annotations] go into `tools/list` as they are; [more] holds further members. */
    @JvmSynthetic
    public fun tool(
        name: String,
        description: String = name,
        inputSchema: JsonObject = ANY_OBJECT,
        annotations: JsonObject? = null,
        more: JsonObject = EMPTY_OBJECT,
        handler: ToolHandler,
    ): ScriptedMcpServerBuilder =
        apply {
            val definition =
                JsonObject(mapOf("name" to JsonPrimitive(name), "description" to JsonPrimitive(description), "inputSchema" to inputSchema))
            tools[name] = ScriptedTool(JsonObject(definition.with("annotations" to annotations) + more), handler)
        }

    /** Adds a tool, for Java. [inputSchema] is JSON text. */
    public fun tool(name: String, description: String, inputSchema: String, handler: AsyncToolHandler): ScriptedMcpServerBuilder =
        tool(name, description, ToolResults.json(inputSchema), handler = handler.suspending())

    /** Answers [method], in place of the server's own handler if it has one. */
    @JvmSynthetic
    public fun method(method: String, handler: RequestHandler): ScriptedMcpServerBuilder = apply { methods[method] = handler }

    /** The same for Java. */
    public fun method(method: String, handler: AsyncRequestHandler): ScriptedMcpServerBuilder =
        apply { methods[method] = handler.suspending() }

    /**
     * Answers every request with what [handler] returns, as it is, the handshake included: for a server that stands in for another. Nothing is
     * added to its results, so those of `initialize` say [ServerCall.protocolVersion], and those of 2026-07-28 bring their `resultType`.
     */
    @JvmSynthetic
    public fun everyMethod(handler: RequestHandler): ScriptedMcpServerBuilder = apply { everyMethod = handler }

    /** The same for Java. */
    public fun everyMethod(handler: AsyncRequestHandler): ScriptedMcpServerBuilder = apply { everyMethod = handler.suspending() }

    /** How requests are answered whose handler sends nothing before its result; by default as JSON. */
    public fun answerMode(answerMode: AnswerMode): ScriptedMcpServerBuilder = apply { this.answerMode = answerMode }

    /** How many tools a page of `tools/list` has; by default all. */
    public fun pageSize(pageSize: Int): ScriptedMcpServerBuilder =
        apply {
            require(pageSize > 0) { "pageSize is not positive" }
            this.pageSize = pageSize
        }

    /** Whether it issues session ids in the session era and asks for them; by default it does. */
    public fun sessionIds(issuesSessionIds: Boolean): ScriptedMcpServerBuilder = apply { this.issuesSessionIds = issuesSessionIds }

    /** Whether a GET opens the stream for [ScriptedMcpServer.push] in the session era; by default it gets 405. */
    public fun getStream(hasGetStream: Boolean): ScriptedMcpServerBuilder = apply { this.hasGetStream = hasGetStream }

    /** Gives session-era streams event ids and a `retry` of [retryMillis], and lets a GET resume them. */
    public fun resumable(retryMillis: Long): ScriptedMcpServerBuilder = apply { this.retryMillis = retryMillis }

    /**
     * How often a comment goes out on an open stream, 100 by default and 0 for never. It is also how the server learns that
     * a client is gone which had sent `Connection: close`.
     */
    public fun keepAliveMillis(keepAliveMillis: Long): ScriptedMcpServerBuilder =
        apply { this.keepAliveMillis = keepAliveMillis.takeIf { it > 0 } }

    /** The `ttlMs` and `cacheScope` of results that have them in 2026-07-28; by default 0 and `private`. */
    public fun caching(ttlMs: Long, cacheScope: String): ScriptedMcpServerBuilder =
        apply { caching = JsonObject(mapOf("ttlMs" to JsonPrimitive(ttlMs), "cacheScope" to JsonPrimitive(cacheScope))) }

    /**
     * Holds what clients send against the specification's schemas, in `<revision>/schema.json` of [folder]; what does not fit is a violation.
     * Needs `dev.harrel:json-schema`, and throws [IllegalStateException] without. By default the folder is the one that the system property
     * `latchkey.spec` names, if both are there.
     */
    public fun schemas(folder: Path): ScriptedMcpServerBuilder =
        apply {
            JsonSchemaValidator()
            schemas = WireSchemas(folder)
        }

    /** Returns the server. */
    public fun build(): ScriptedMcpServer = ScriptedMcpServer(this)
}

private val ANY_OBJECT = JsonObject(mapOf("type" to JsonPrimitive("object")))
