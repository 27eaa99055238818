package io.github.latchkey.mcp.test

import kotlinx.coroutines.delay
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.doubleOrNull

/** A few harmless tools for demonstrations. */
public object SampleTools {
    /** The scope that all tools need when they are protected by [protect]. */
    public const val READ_SCOPE: String = "tools:read"

    /** The scope that `erase` needs besides. */
    public const val WRITE_SCOPE: String = "tools:write"

    /** Adds the tools `echo`, `add`, `count` (with progress) and `erase` to [builder]. */
    @JvmStatic
    public fun addTo(builder: ScriptedMcpServerBuilder): ScriptedMcpServerBuilder =
        builder
            .tool("echo", "Returns its text.", schema("text" to "string")) { arguments, _ ->
                ToolResults.text(arguments.string("text") ?: throw JsonRpcFailure.invalidParams("text is missing"))
            }.tool("add", "Adds two numbers.", schema("a" to "number", "b" to "number")) { arguments, _ ->
                val sum = JsonPrimitive(number(arguments, "a") + number(arguments, "b"))
                ToolResults.structured(JsonObject(mapOf("sum" to sum)))
            }.tool("count", "Counts to a number and tells how far it is.", schema("to" to "integer")) { arguments, call ->
                val last = number(arguments, "to").toInt()
                repeat(last) {
                    delay(COUNT_MILLIS)
                    call.progress(it + 1.0, last.toDouble(), "at ${it + 1}")
                }
                ToolResults.text("counted to $last")
            }.tool("erase", "Pretends to erase everything.", annotations = ToolResults.json("""{"destructiveHint":true}""")) { _, _ ->
                ToolResults.text("nothing was harmed")
            }

    /** Lets [protection] ask for the scopes of these tools. */
    @JvmStatic
    public fun protect(protection: Protection.Builder): Protection.Builder =
        protection.requiredScopes(READ_SCOPE).toolScopes("erase", WRITE_SCOPE).scopesSupported(READ_SCOPE)

    private const val COUNT_MILLIS = 100L
}

private fun schema(vararg properties: Pair<String, String>): JsonObject =
    JsonObject(
        mapOf(
            "type" to JsonPrimitive("object"),
            "properties" to JsonObject(properties.associate { (name, type) -> name to JsonObject(mapOf("type" to JsonPrimitive(type))) }),
            "required" to JsonArray(properties.map { JsonPrimitive(it.first) }),
        ),
    )

private fun number(arguments: JsonObject, name: String): Double =
    (arguments[name] as? JsonPrimitive)?.takeIf { !it.isString }?.doubleOrNull
        ?: throw JsonRpcFailure.invalidParams("$name is not a number")
