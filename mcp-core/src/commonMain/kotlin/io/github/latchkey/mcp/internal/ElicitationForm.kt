package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.FormField
import kotlinx.serialization.json.JsonObject

/**
 * The form of an elicitation: a flat object of strings, numbers, booleans and choices (MCP, Elicitation, Requested Schema). Not
 * JSON Schema at large, which the specification rules out here.
 */
internal class ElicitationForm(
    schema: JsonObject,
) {
    private val fields = FormField.all(schema)

    /**
     * [content] with the defaults of the fields it leaves out (FEAT-55). Throws [IllegalArgumentException] that names the field
     * when the content does not fit (FEAT-53).
     */
    fun complete(content: JsonObject): JsonObject {
        val defaults = fields.mapNotNull { field -> field.default?.let { field.name to it.toElement() } }.toMap()
        val complete = JsonObject(defaults + content)
        fields.forEach { field ->
            val value = complete[field.name]
            require(value != null || !field.isRequired) { "the form lacks '${field.name}'" }
            val problem = value?.let(field::problemOf)
            require(problem == null) { "the field '${field.name}' $problem" }
        }
        return complete
    }
}
