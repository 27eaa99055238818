package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.RawJson
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlinx.serialization.json.contentOrNull

/**
 * The arguments of one tool that go into HTTP headers as well: those whose schema has `x-mcp-header` (MCP 2026-07-28, Streamable
 * HTTP, Custom Headers).
 */
internal class MirroredParameters private constructor(
    private val parameters: List<Parameter>,
) {
    private class Parameter(
        val path: List<String>,
        val header: String,
        val type: String,
    )

    val isEmpty: Boolean get() = parameters.isEmpty()

    /**
     * Header names (without `Mcp-Param-`) and plain values for [arguments]. An argument that is absent or null has none (STL-32).
     * Throws [IllegalArgumentException] for an argument that does not fit its declared type (AMB-11, STL-38).
     */
    fun headers(arguments: JsonObject): Map<String, String> =
        buildMap {
            for (parameter in parameters) {
                val value = find(arguments, parameter.path)
                if (value != null && value != JsonNull) put(parameter.header, plain(value, parameter))
            }
        }

    private fun find(arguments: JsonObject, path: List<String>): JsonElement? =
        path.fold<String, JsonElement?>(arguments) { at, name -> (at as? JsonObject)?.get(name) }

    private fun plain(value: JsonElement, parameter: Parameter): String {
        val primitive = value as? JsonPrimitive
        val text =
            when (parameter.type) {
                "string" -> primitive?.takeIf { it.isString }?.content
                "boolean" -> primitive?.takeIf { !it.isString }?.booleanOrNull?.toString()
                else -> primitive?.takeIf { !it.isString }?.let { integer(it.content) }
            }
        return requireNotNull(text) {
            "the argument ${parameter.path.joinToString(".")} must be of type ${parameter.type} that fits a header"
        }
    }

    /** `42.0` is `42`; beyond 2^53 a header could say something else than the body. */
    private fun integer(text: String): String? {
        val number = text.toLongOrNull() ?: text.toDoubleOrNull()?.takeIf { it % 1.0 == 0.0 && it in -MAX_DOUBLE..MAX_DOUBLE }?.toLong()
        return number?.takeIf { it in -MAX_INTEGER..MAX_INTEGER }?.toString()
    }

    /** What was read of a schema: the parameters, or what is wrong with it (STL-34). */
    sealed interface Reading {
        class Valid(
            val parameters: MirroredParameters,
        ) : Reading

        class Invalid(
            val reason: String,
        ) : Reading
    }

    companion object {
        private const val ANNOTATION = "x-mcp-header"
        private const val MAX_INTEGER = (1L shl 53) - 1
        private const val MAX_DOUBLE = MAX_INTEGER.toDouble()
        private val TYPES = setOf("string", "integer", "boolean")
        private val NONE = Reading.Valid(MirroredParameters(emptyList()))

        fun read(inputSchema: RawJson): Reading {
            // Most schemas have none, and most of the rest of this costs more than the search.
            if (!inputSchema.mentions(ANNOTATION)) return NONE
            return try {
                val found = mutableListOf<Parameter>()
                collect(inputSchema.toElement(), emptyList(), isReachable = true, found)
                val repeated = found.groupBy { it.header.lowercase() }.values.find { it.size > 1 }
                if (repeated != null) throw InvalidAnnotation("'${repeated.first().header}' stands for ${repeated.size} parameters")
                Reading.Valid(MirroredParameters(found))
            } catch (e: InvalidAnnotation) {
                Reading.Invalid(e.reason)
            }
        }

        /** Only `properties` lead to a parameter; an annotation that stands anywhere else makes the tool invalid (STL-35, TRAP-14). */
        private fun collect(schema: JsonElement, path: List<String>, isReachable: Boolean, found: MutableList<Parameter>) {
            when (schema) {
                is JsonArray -> {
                    schema.forEach { collect(it, path, isReachable = false, found) }
                }

                is JsonObject -> {
                    schema[ANNOTATION]?.let { found += parameter(it, schema, path, isReachable) }
                    for ((keyword, value) in schema) {
                        if (keyword == "properties" && value is JsonObject) {
                            value.forEach { (name, property) -> collect(property, path + name, isReachable, found) }
                        } else if (keyword !in DATA_KEYWORDS) {
                            collect(value, path, isReachable = false, found)
                        }
                    }
                }

                else -> {}
            }
        }

        private fun parameter(annotation: JsonElement, schema: JsonObject, path: List<String>, isReachable: Boolean): Parameter {
            val where = path.joinToString(".").ifEmpty { "the root" }
            val header = (annotation as? JsonPrimitive)?.takeIf { it.isString }?.content
            if (header.isNullOrEmpty() || !header.all { it in TOKEN }) throw InvalidAnnotation("$ANNOTATION at $where is no header name")
            if (!isReachable ||
                path.isEmpty()
            ) {
                throw InvalidAnnotation("$ANNOTATION '$header' at $where is not reachable through properties alone")
            }
            return Parameter(
                path,
                header,
                primitiveType(schema["type"]) ?: throw InvalidAnnotation("$where is not of a type that fits a header"),
            )
        }

        /** The one primitive type, beside which there may be `null` (AMB-11). */
        private fun primitiveType(type: JsonElement?): String? {
            val named =
                when (type) {
                    is JsonPrimitive -> listOf(type)
                    is JsonArray -> type.filterIsInstance<JsonPrimitive>().takeIf { it.size == type.size }.orEmpty()
                    else -> emptyList()
                }
            return named.mapNotNull { it.contentOrNull }.filterNot { it == "null" && named.size > 1 }.singleOrNull()?.takeIf { it in TYPES }
        }

        // What stands below these is data, not schema.
        private val DATA_KEYWORDS = setOf("const", "enum", "default", "examples", ANNOTATION)
        private val TOKEN = (('a'..'z') + ('A'..'Z') + ('0'..'9') + "!#$%&'*+-.^_`|~".toList()).toSet()
    }

    private class InvalidAnnotation(
        val reason: String,
    ) : Exception(reason)
}
