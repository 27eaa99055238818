package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.FormatRules
import io.github.latchkey.mcp.internal.codePoints
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.doubleOrNull
import kotlinx.serialization.json.intOrNull

/** What the answer to a [FormField] is. */
public enum class FormFieldType {
    /** Text; one of [FormField.choices] where there are any. */
    STRING,

    /** A number without a fraction. */
    INTEGER,

    /** A number. */
    NUMBER,

    /** `true` or `false`. */
    BOOLEAN,

    /** A list of texts out of [FormField.choices]. */
    CHOICES,

    /** Something that MCP does not have in a form: any value will do. */
    UNKNOWN,
}

/** One of the texts to choose from; [title] is for people, and the same as [value] where the server gave none. */
public class FormChoice(
    public val value: String,
    public val title: String,
) {
    override fun toString(): String = value
}

/**
 * One field of a form (MCP, Elicitation, Requested Schema), in whichever of the forms that the revisions have for it: plain
 * `enum`, with `enumNames`, `oneOf` with titles, and lists of those.
 *
 * @property name the member of the answer that it is for
 * @property isRequired whether an accepted form has to have it
 */
public class FormField internal constructor(
    public val name: String,
    private val schema: JsonObject,
    public val isRequired: Boolean,
) {
    /** What the answer is. */
    public val type: FormFieldType =
        when (text("type")) {
            "string" -> FormFieldType.STRING
            "integer" -> FormFieldType.INTEGER
            "number" -> FormFieldType.NUMBER
            "boolean" -> FormFieldType.BOOLEAN
            "array" -> FormFieldType.CHOICES
            else -> FormFieldType.UNKNOWN
        }

    /** The name for people; null if there is none. */
    public val title: String? get() = text("title")

    /** What is asked for; null if the server did not say. */
    public val description: String? get() = text("description")

    /** The answer where none is given; null if there is none. */
    public val default: RawJson? = schema["default"]?.let(RawJson::of)

    /** What can be chosen; null if anything can be entered. */
    public val choices: List<FormChoice>? =
        if (type == FormFieldType.CHOICES) (schema["items"] as? JsonObject)?.let(::choicesIn) else choicesIn(schema)

    /** `email`, `uri`, `date`, `date-time` or another; null for any text. */
    public val format: String? get() = text("format")

    /**
     * A regular expression that text has to match somewhere; null for any text. MCP has none in its forms, but some servers do. Not part
     * of [problemOf], as an expression of a server that is not trusted can take for ever.
     */
    public val pattern: String? get() = text("pattern")

    /** The least number of characters; null for any. */
    public val minLength: Int? get() = int("minLength")

    /** The greatest number of characters; null for any. */
    public val maxLength: Int? get() = int("maxLength")

    /** The least number; null for any. */
    public val minimum: Double? get() = double("minimum")

    /** The greatest number; null for any. */
    public val maximum: Double? get() = double("maximum")

    /** The least number of choices; null for any. */
    public val minItems: Int? get() = int("minItems")

    /** The greatest number of choices; null for any. */
    public val maxItems: Int? get() = int("maxItems")

    /** Why [value] cannot be the answer, as the end of a sentence that begins with the field; null if it can. */
    public fun problemOf(value: RawJson): String? = problemOf(value.toElement())

    internal fun problemOf(value: JsonElement): String? =
        when (type) {
            FormFieldType.STRING -> textProblem(value)
            FormFieldType.INTEGER, FormFieldType.NUMBER -> numberProblem(value)
            FormFieldType.BOOLEAN -> "is neither true nor false".takeIf { value.bare()?.booleanOrNull == null }
            FormFieldType.CHOICES -> choicesProblem(value)
            FormFieldType.UNKNOWN -> null
        }

    private fun textProblem(value: JsonElement): String? {
        val text = value.string() ?: return "is no text"
        val least = minLength ?: 0
        val most = maxLength ?: Int.MAX_VALUE
        return when {
            choices?.none { it.value == text } == true -> "is none of the choices"
            text.codePoints < least -> "is too short: $least characters are the least"
            text.codePoints > most -> "is too long: $most characters are the most"
            else -> format?.let { FormatRules.problem(it, text) }
        }
    }

    private fun numberProblem(value: JsonElement): String? {
        val number = value.bare()?.doubleOrNull ?: return "is no number"
        val least = minimum ?: Double.NEGATIVE_INFINITY
        val most = maximum ?: Double.POSITIVE_INFINITY
        return when {
            type == FormFieldType.INTEGER && number % 1.0 != 0.0 -> "is no integer"
            number < least -> "is too small: ${schema["minimum"]} is the least"
            number > most -> "is too large: ${schema["maximum"]} is the most"
            else -> null
        }
    }

    private fun choicesProblem(value: JsonElement): String? {
        val chosen = (value as? JsonArray)?.map { it.string() } ?: return "is no list"
        val allowed = choices?.map { it.value }
        val least = minItems ?: 0
        val most = maxItems ?: Int.MAX_VALUE
        return when {
            chosen.any { it == null || (allowed != null && it !in allowed) } -> "has something that is none of the choices"
            chosen.size < least -> "has too few choices: $least are the least"
            chosen.size > most -> "has too many choices: $most are the most"
            else -> null
        }
    }

    private fun text(name: String): String? = schema[name]?.string()

    private fun int(name: String): Int? = schema[name]?.bare()?.intOrNull

    private fun double(name: String): Double? = schema[name]?.bare()?.doubleOrNull

    override fun toString(): String = "FormField($name, $type)"

    internal companion object {
        /** The fields of the form [schema], in its order; what makes no sense is left out. */
        fun all(schema: JsonObject): List<FormField> {
            val required = (schema["required"] as? JsonArray).orEmpty().mapNotNull { it.string() }
            val properties = (schema["properties"] as? JsonObject).orEmpty()
            return properties.mapNotNull { (name, field) -> (field as? JsonObject)?.let { FormField(name, it, name in required) } }
        }
    }
}

/** The values of `enum`, or of the `const`s in `oneOf` or `anyOf`, with their titles; null if there are none. */
private fun choicesIn(schema: JsonObject): List<FormChoice>? {
    val plain = schema["enum"] as? JsonArray
    if (plain != null) {
        val names = (schema["enumNames"] as? JsonArray).orEmpty().map { it.string() }
        return plain.mapIndexedNotNull { i, value ->
            (value as? JsonPrimitive)?.contentOrNull?.let { FormChoice(it, names.getOrNull(i) ?: it) }
        }
    }
    val titled = schema["oneOf"] as? JsonArray ?: schema["anyOf"] as? JsonArray ?: return null
    return titled.mapNotNull { option ->
        val members = option as? JsonObject
        (members?.get("const") as? JsonPrimitive)?.contentOrNull?.let { FormChoice(it, members["title"]?.string() ?: it) }
    }
}

private fun JsonElement.string(): String? = (this as? JsonPrimitive)?.takeIf { it.isString }?.content

private fun JsonElement.bare(): JsonPrimitive? = (this as? JsonPrimitive)?.takeUnless { it.isString }
