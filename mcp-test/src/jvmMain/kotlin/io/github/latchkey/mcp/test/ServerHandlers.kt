package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.util.Base64

/** Which handler answers which method, in which era. */
internal class ServerHandlers(
    private val server: ScriptedMcpServer,
    private val custom: Map<String, RequestHandler>,
    private val every: RequestHandler?,
) {
    private val serverInfo =
        JsonObject(mapOf("name" to JsonPrimitive(server.name), "version" to JsonPrimitive(server.version)))

    private val common: Map<String, RequestHandler> =
        mapOf(
            "tools/list" to RequestHandler { params, _ -> listTools(params) },
            "tools/call" to RequestHandler(::callTool),
        )

    private val stateless: Map<String, RequestHandler> =
        common + mapOf("server/discover" to RequestHandler { _, _ -> discoverResult() })

    private val sessionEra: Map<String, RequestHandler> =
        common + mapOf("ping" to RequestHandler { _, _ -> EMPTY_OBJECT })

    /** The handler of [method] in 2026-07-28; null if there is none, as for the methods that the revision removed. */
    fun stateless(method: String): RequestHandler? {
        if (every != null) return every
        if (method in REMOVED_METHODS) return null
        val handler = custom[method] ?: stateless[method] ?: return null
        return RequestHandler { params, call -> statelessResult(method, handler.handle(params, call)) }
    }

    /** The handler of [method] in a session; null if there is none. */
    fun sessionEra(method: String): RequestHandler? = every ?: custom[method] ?: sessionEra[method]

    /** The handler of `initialize`, in a session of the revision [version]. */
    fun initializing(version: String): RequestHandler = every ?: RequestHandler { _, _ -> initializeResult(version) }

    private fun initializeResult(version: String): JsonObject =
        JsonObject(
            mapOf(
                "protocolVersion" to JsonPrimitive(version),
                "capabilities" to server.capabilities,
                "serverInfo" to serverInfo,
            ),
        ).with("instructions" to server.instructions?.let(::JsonPrimitive))

    private fun discoverResult(): JsonObject =
        JsonObject(mapOf("supportedVersions" to jsonStrings(server.revisions), "capabilities" to server.capabilities))
            .with("instructions" to server.instructions?.let(::JsonPrimitive))

    /** [result] with what 2026-07-28 asks of results, where the handler did not say it itself. */
    private fun statelessResult(method: String, result: JsonObject): JsonObject {
        val meta = (result.objectAt("_meta") ?: EMPTY_OBJECT).with(MetaKeys.SERVER_INFO to serverInfo)
        val envelope = JsonObject(mapOf("resultType" to JsonPrimitive("complete")))
        val caching = if (method in CACHEABLE_METHODS) server.caching else EMPTY_OBJECT
        return JsonObject(envelope + caching + result + ("_meta" to meta))
    }

    private fun listTools(params: JsonObject): JsonObject {
        val tools = server.tools.values.map { it.definition }
        val size = server.pageSize ?: return JsonObject(mapOf("tools" to JsonArray(tools)))
        val cursor = params.string("cursor")
        val from = if (cursor == null) 0 else offsetIn(cursor) ?: throw JsonRpcFailure.invalidParams("unknown cursor")
        val to = minOf(from + size, tools.size)
        if (from > to) throw JsonRpcFailure.invalidParams("unknown cursor")
        val next = if (to < tools.size) JsonPrimitive(cursorAt(to)) else null
        return JsonObject(mapOf("tools" to JsonArray(tools.subList(from, to)))).with("nextCursor" to next)
    }

    private suspend fun callTool(params: JsonObject, call: ServerCall): JsonObject {
        val name = params.string("name") ?: throw JsonRpcFailure.invalidParams("params.name is missing")
        val tool = server.tools[name] ?: throw JsonRpcFailure.invalidParams("unknown tool: $name")
        if (params["arguments"] != null && params.objectAt("arguments") == null) {
            throw JsonRpcFailure.invalidParams("params.arguments is not an object")
        }
        return tool.handler.handle(params.objectAt("arguments") ?: EMPTY_OBJECT, call)
    }
}

private val REMOVED_METHODS =
    setOf("initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe")

private val CACHEABLE_METHODS =
    setOf("server/discover", "tools/list", "prompts/list", "resources/list", "resources/templates/list", "resources/read")

private fun cursorAt(offset: Int): String = Base64.getEncoder().encodeToString("offset:$offset".toByteArray())

private fun offsetIn(cursor: String): Int? =
    try {
        String(Base64.getDecoder().decode(cursor)).removePrefix("offset:").toIntOrNull()
    } catch (_: IllegalArgumentException) {
        null
    }
