package io.github.latchkey.mcp.clients

import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.Tool
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

/**
 * A tool of one server of a group.
 *
 * @property name its name in the group, fit for every model provider: at most 64 of `A-Za-z0-9_-`
 * @property server the server it belongs to
 * @property tool as the server described it; its own name is `tool.name`
 */
public class GroupTool internal constructor(
    public val name: String,
    public val server: String,
    public val tool: Tool,
) {
    /** The tool in the form of the OpenAI-style APIs: `{"type":"function","function":{"name","description","parameters"}}`. */
    public fun toOpenAi(): RawJson =
        RawJson.of(
            buildJsonObject {
                put("type", "function")
                put("function", described("parameters"))
            },
        )

    /** The tool in the form of the Anthropic-style APIs: `{"name","description","input_schema"}`. */
    public fun toAnthropic(): RawJson = RawJson.of(described("input_schema"))

    private fun described(schema: String): JsonObject =
        buildJsonObject {
            put("name", name)
            tool.description?.let { put("description", JsonPrimitive(it)) }
            put(schema, tool.inputSchema.toElement())
        }

    override fun toString(): String = "GroupTool($name)"
}

/**
 * The tools of a group.
 *
 * @property tools of all servers that answered, server by server
 * @property failures why the others did not, by server; empty if all did
 */
public class GroupTools internal constructor(
    public val tools: List<GroupTool>,
    public val failures: Map<String, McpException>,
) {
    override fun toString(): String = "GroupTools(${tools.size} tools, failures=${failures.mapValues { it.value.code }})"
}
