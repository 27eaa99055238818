package io.github.latchkey.mcp.test

import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull

internal val EMPTY_OBJECT = JsonObject(emptyMap())

/** The JSON value in [text], or null if it is not JSON. */
internal fun parseJsonOrNull(text: String): JsonElement? =
    try {
        Json.parseToJsonElement(text)
    } catch (_: SerializationException) {
        null
    }

/** The string member [name]; null when it is absent or not a string. */
internal fun JsonObject.string(name: String): String? = (this[name] as? JsonPrimitive)?.takeIf { it.isString }?.contentOrNull

/** The object member [name]; null when it is absent or not an object. */
internal fun JsonObject.objectAt(name: String): JsonObject? = this[name] as? JsonObject

/** A copy with [members] on top: a null value removes the member. */
internal fun JsonObject.with(vararg members: Pair<String, JsonElement?>): JsonObject {
    val merged = toMutableMap()
    members.forEach { (name, value) -> if (value == null) merged.remove(name) else merged[name] = value }
    return JsonObject(merged)
}
