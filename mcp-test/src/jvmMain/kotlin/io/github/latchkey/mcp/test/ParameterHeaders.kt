package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull

private const val PREFIX = "Mcp-Param-"

/** Checks `Mcp-Param-*` against the tool's `x-mcp-header` annotations (MCP 2026-07-28, Streamable HTTP, Custom Headers). */
internal fun parameterHeaderRefusal(
    request: RecordedRequest,
    message: PostedMessage.Request,
    inputSchemaOf: (tool: String) -> JsonObject?,
): Refusal? {
    if (message.method != "tools/call") return null
    val schema = message.params?.string("name")?.let(inputSchemaOf) ?: return null
    val arguments = message.params.objectAt("arguments") ?: EMPTY_OBJECT
    val expected = expectedHeaders(schema, arguments)
    val unexpected =
        request.headers.keys.firstOrNull { name ->
            name.startsWith(PREFIX, ignoreCase = true) && expected.keys.none { it.equals(name, ignoreCase = true) }
        }
    if (unexpected != null) return headerMismatch("$unexpected mirrors no annotated argument")
    return expected.entries.firstNotNullOfOrNull { (name, value) -> mirrorProblem(name, request.headerValues(name), value) }
}

/** The headers that [arguments] ask for: annotated properties that are present and not null, along `properties` only. */
private fun expectedHeaders(schema: JsonObject, arguments: JsonObject): Map<String, String> {
    val headers = LinkedHashMap<String, String>()
    schema.objectAt("properties")?.forEach { (name, property) ->
        val value = arguments[name]
        if (property is JsonObject && value != null && value !is JsonNull) {
            property.string("x-mcp-header")?.let { header -> scalarText(value)?.let { headers[PREFIX + header] = it } }
            if (value is JsonObject) headers += expectedHeaders(property, value)
        }
    }
    return headers
}

private fun scalarText(value: JsonElement): String? = (value as? JsonPrimitive)?.contentOrNull
