package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.WarningEvent
import kotlinx.serialization.DeserializationStrategy
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull

/**
 * The items of a list, in the member [key] of its result.
 *
 * @param name the member by which an item is known
 */
internal class ListItems(
    private val key: String,
    private val item: DeserializationStrategy<*>,
    private val events: McpEvents,
    private val name: String = "name",
) {
    /** [result] without the items that are not what MCP says; null if it is broken elsewhere. Each is told of. */
    fun withoutBroken(result: JsonElement, method: String): RawJson? {
        if (result !is JsonObject) return null
        val items = result[key] as? JsonArray ?: return null
        val usable = items.filterIndexed { index, element -> isUsable(element, index, method) }
        return if (usable.size == items.size) null else RawJson.of(JsonObject(result + (key to JsonArray(usable))))
    }

    private fun isUsable(element: JsonElement, index: Int, method: String): Boolean =
        try {
            McpJson.decodeFromJsonElement(item, element)
            true
        } catch (e: SerializationException) {
            val shown = ((element as? JsonObject)?.get(name) as? JsonPrimitive)?.contentOrNull ?: "number $index"
            if (events.isListening) events.onEvent(WarningEvent("$shown of $method is left out, as it is not what MCP says: ${e.message}"))
            false
        }
}
