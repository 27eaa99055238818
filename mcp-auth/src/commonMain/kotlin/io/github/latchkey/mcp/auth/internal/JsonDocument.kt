package io.github.latchkey.mcp.auth.internal

import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull

/** A document is not what it should be; [problem] completes the sentence "the answer of … ". */
internal class MalformedDocumentException(
    val problem: String,
) : Exception(problem)

/** The members of a JSON object, read leniently where nobody needs them and strictly where somebody does. A null counts as absent. */
internal class JsonDocument private constructor(
    private val members: JsonObject,
) {
    fun string(name: String): String? = read(name, "a string") { (it as? JsonPrimitive)?.takeIf(JsonPrimitive::isString)?.content }

    fun requireString(name: String): String = string(name)?.takeIf { it.isNotEmpty() } ?: throw MalformedDocumentException("has no $name")

    fun boolean(name: String): Boolean? = read(name, "a boolean") { (it as? JsonPrimitive)?.takeIf { p -> !p.isString }?.booleanOrNull }

    fun strings(name: String): List<String>? =
        read(name, "an array of strings") { element ->
            (element as? JsonArray)?.map { (it as? JsonPrimitive)?.takeIf(JsonPrimitive::isString)?.content ?: return@read null }
        }

    /** A list that may be written as a string if it has one member, as the `aud` of RFC 7519 §4.1.3. */
    fun stringOrStrings(name: String): List<String>? = if (members[name] is JsonPrimitive) string(name)?.let(::listOf) else strings(name)

    /** A whole number of seconds; a fraction is cut off, and a number in quotes is one, too, since some servers send that. */
    fun seconds(name: String): Long? = read(name, "a number") { (it as? JsonPrimitive)?.content?.toDoubleOrNull()?.toLong() }

    private fun <T : Any> read(name: String, type: String, convert: (JsonElement) -> T?): T? {
        val element = members[name].takeUnless { it is JsonNull } ?: return null
        return convert(element) ?: throw MalformedDocumentException("has a wrong $name, not $type")
    }

    companion object {
        /** Never quotes [text]: it may hold a token. */
        fun parse(text: String): JsonDocument {
            val element =
                try {
                    Json.parseToJsonElement(text)
                } catch (expected: SerializationException) {
                    throw MalformedDocumentException(whyNotJson(text))
                }
            return JsonDocument(element as? JsonObject ?: throw MalformedDocumentException(whyNotJson(text)))
        }

        fun parseOrNull(text: String): JsonDocument? =
            try {
                parse(text)
            } catch (expected: MalformedDocumentException) {
                null
            }

        private fun whyNotJson(text: String): String {
            val start = text.trimStart()
            return when {
                start.isEmpty() -> "is empty"
                start.startsWith('<') -> "is HTML or XML, not JSON"
                start.startsWith('{') -> "is broken or truncated JSON"
                else -> "is not a JSON object"
            }
        }
    }
}
