package io.github.latchkey.mcp.internal

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.doubleOrNull
import kotlinx.serialization.json.intOrNull

/**
 * The form of an elicitation: a flat object of strings, numbers, booleans and choices (MCP, Elicitation, Requested Schema). Not
 * JSON Schema at large, which the specification rules out here.
 */
internal class ElicitationForm(
    schema: JsonObject,
) {
    private val fields = (schema["properties"] as? JsonObject).orEmpty()
    private val required = (schema["required"] as? JsonArray).orEmpty().mapNotNull { (it as? JsonPrimitive)?.contentOrNull }

    /**
     * [content] with the defaults of the fields it leaves out (FEAT-55). Throws [IllegalArgumentException] that names the field
     * when the content does not fit (FEAT-53).
     */
    fun complete(content: JsonObject): JsonObject {
        val defaults = fields.mapNotNull { (name, field) -> (field as? JsonObject)?.get("default")?.let { name to it } }.toMap()
        val complete = JsonObject(defaults + content)
        required.forEach { require(it in complete) { "the form lacks '$it'" } }
        complete.forEach { (name, value) -> (fields[name] as? JsonObject)?.let { check(name, value, it) } }
        return complete
    }

    private fun check(name: String, value: JsonElement, field: JsonObject) {
        val problem =
            when ((field["type"] as? JsonPrimitive)?.contentOrNull) {
                "string" -> text(value, field)

                "number" -> number(value, field) { true }

                "integer" -> number(value, field) { it % 1.0 == 0.0 }

                "boolean" -> "is neither true nor false".takeIf {
                    (value as? JsonPrimitive)?.takeUnless { it.isString }?.booleanOrNull ==
                        null
                }

                "array" -> choices(value, field)

                else -> null
            }
        require(problem == null) { "the field '$name' $problem" }
    }

    private fun text(value: JsonElement, field: JsonObject): String? {
        val text = (value as? JsonPrimitive)?.takeIf { it.isString }?.content ?: return "is no string"
        val allowed = options(field)
        return when {
            allowed != null && text !in allowed -> "is none of the choices"
            text.length < (field.int("minLength") ?: 0) -> "is too short"
            text.length > (field.int("maxLength") ?: Int.MAX_VALUE) -> "is too long"
            else -> null
        }
    }

    private fun number(value: JsonElement, field: JsonObject, isOfType: (Double) -> Boolean): String? {
        val number = (value as? JsonPrimitive)?.takeUnless { it.isString }?.doubleOrNull ?: return "is no number"
        return when {
            !isOfType(number) -> "is no integer"
            number < (field.double("minimum") ?: Double.NEGATIVE_INFINITY) -> "is too small"
            number > (field.double("maximum") ?: Double.POSITIVE_INFINITY) -> "is too large"
            else -> null
        }
    }

    private fun choices(value: JsonElement, field: JsonObject): String? {
        val chosen = (value as? JsonArray)?.map { (it as? JsonPrimitive)?.takeIf(JsonPrimitive::isString)?.content } ?: return "is no list"
        val allowed = (field["items"] as? JsonObject)?.let(::options)
        return when {
            chosen.any { it == null || (allowed != null && it !in allowed) } -> "has something that is none of the choices"
            chosen.size < (field.int("minItems") ?: 0) -> "has too few choices"
            chosen.size > (field.int("maxItems") ?: Int.MAX_VALUE) -> "has too many choices"
            else -> null
        }
    }

    /** The values of `enum`, or of the `const`s in `oneOf` or `anyOf`; null if any text will do. */
    private fun options(field: JsonObject): List<String>? {
        (field["enum"] as? JsonArray)?.let { values -> return values.mapNotNull { (it as? JsonPrimitive)?.contentOrNull } }
        val titled = field["oneOf"] as? JsonArray ?: field["anyOf"] as? JsonArray ?: return null
        return titled.mapNotNull { ((it as? JsonObject)?.get("const") as? JsonPrimitive)?.contentOrNull }
    }

    private fun JsonObject.int(name: String): Int? = (this[name] as? JsonPrimitive)?.intOrNull

    private fun JsonObject.double(name: String): Double? = (this[name] as? JsonPrimitive)?.doubleOrNull
}
