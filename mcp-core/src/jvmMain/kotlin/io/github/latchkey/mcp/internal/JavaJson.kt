package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.RawJson
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** This map as JSON; throws [IllegalArgumentException] that names the place of a value JSON cannot hold. */
internal fun Map<String, *>.toJsonObject(path: String = "$"): JsonObject =
    JsonObject(entries.associate { (key, value) -> key to toJson(value, "$path.$key") })

private fun toJson(value: Any?, path: String): JsonElement =
    when (value) {
        null -> JsonNull
        is JsonElement -> value
        is RawJson -> value.toElement()
        is CharSequence -> JsonPrimitive(value.toString())
        is Boolean -> JsonPrimitive(value)
        is Number -> number(value, path)
        is Map<*, *> -> JsonObject(value.entries.associate { (key, member) -> "$key" to toJson(member, "$path.$key") })
        is Iterable<*> -> JsonArray(value.mapIndexed { index, element -> toJson(element, "$path[$index]") })
        is Array<*> -> toJson(value.asList(), path)
        is Enum<*> -> JsonPrimitive(value.name)
        else -> throw IllegalArgumentException("$path: JSON has no form for ${value.javaClass.name}")
    }

private fun number(value: Number, path: String): JsonPrimitive {
    require(value.toDouble().isFinite()) { "$path: JSON has no form for $value" }
    return JsonPrimitive(value)
}
