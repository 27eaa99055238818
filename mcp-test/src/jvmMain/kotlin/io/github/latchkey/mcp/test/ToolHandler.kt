package io.github.latchkey.mcp.test

import kotlinx.coroutines.future.await
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject
import java.util.concurrent.CompletionStage

/** Answers `tools/call` for one tool. Java implements [AsyncToolHandler] instead. */
public fun interface ToolHandler {
    /** Returns the `CallToolResult` for [arguments]; throws [JsonRpcFailure] for a JSON-RPC error. */
    public suspend fun handle(arguments: JsonObject, call: ServerCall): JsonObject
}

/** The Java twin of [ToolHandler]. When the client cancels, the stage is cancelled if it is a `CompletableFuture`. */
public fun interface AsyncToolHandler {
    /** Returns the `CallToolResult` for [arguments]; fails with [JsonRpcFailure] for a JSON-RPC error. */
    public fun handle(arguments: JsonObject, call: ServerCall): CompletionStage<JsonObject>
}

/** Answers one JSON-RPC method that the server does not bring itself, or replaces one that it does. */
public fun interface RequestHandler {
    /** Returns the result for [params]; throws [JsonRpcFailure] for a JSON-RPC error. */
    public suspend fun handle(params: JsonObject, call: ServerCall): JsonObject
}

/** The Java twin of [RequestHandler]. */
public fun interface AsyncRequestHandler {
    /** Returns the result for [params]; fails with [JsonRpcFailure] for a JSON-RPC error. */
    public fun handle(params: JsonObject, call: ServerCall): CompletionStage<JsonObject>
}

internal fun AsyncToolHandler.suspending() = ToolHandler { arguments, call -> handle(arguments, call).await() }

internal fun AsyncRequestHandler.suspending() = RequestHandler { params, call -> handle(params, call).await() }

/** Results of `tools/call`, ready to return from a handler. */
public object ToolResults {
    /** A result with one text block. */
    @JvmStatic
    @JvmOverloads
    public fun text(text: String, isError: Boolean = false): JsonObject =
        JsonObject(
            mapOf(
                "content" to JsonArray(listOf(textBlock(text))),
                "isError" to JsonPrimitive(isError),
            ),
        )

    /** A result with `structuredContent`, and the same as text for clients that do not read it. */
    @JvmStatic
    public fun structured(content: JsonObject): JsonObject =
        JsonObject(mapOf("content" to JsonArray(listOf(textBlock(content.toString()))), "structuredContent" to content))

    /** The object in [text]; throws `IllegalArgumentException` if it is none. A shorthand for Java. */
    @JvmStatic
    public fun json(text: String): JsonObject = Json.parseToJsonElement(text).jsonObject

    private fun textBlock(text: String) = JsonObject(mapOf("type" to JsonPrimitive("text"), "text" to JsonPrimitive(text)))
}

/** A tool: what `tools/list` says about it, and who answers its calls. */
internal class ScriptedTool(val definition: JsonObject, val handler: ToolHandler) {
    val inputSchema: JsonObject? get() = definition.objectAt("inputSchema")
}
