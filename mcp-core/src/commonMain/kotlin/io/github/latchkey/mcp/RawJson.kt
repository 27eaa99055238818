package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.JsonScanner
import io.github.latchkey.mcp.internal.McpJson
import io.github.latchkey.mcp.internal.WireDecoder
import kotlinx.serialization.DeserializationStrategy
import kotlinx.serialization.KSerializer
import kotlinx.serialization.Serializable
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.encoding.Encoder
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlin.jvm.JvmStatic

/**
 * One JSON value as the peer sent it, decoded only when somebody asks: into a type ([decode]), into a tree ([toElement]) or not
 * at all ([text]). Nothing of it is lost on the way, so schemas and open objects survive untouched.
 */
@Serializable(with = RawJsonSerializer::class)
public class RawJson private constructor(
    private val source: String?,
    private val start: Int,
    private val end: Int,
    private var tree: JsonElement?,
) {
    /** The value as JSON text. */
    public val text: String get() = source?.substring(start, end) ?: tree.toString()

    /** How much memory the text takes, in characters; of a value that is a tree, what its text would. */
    internal val length: Int get() = source?.length ?: tree.toString().length

    /** The member [name] of an object, without making a tree of it; null if there is none. */
    internal fun member(name: String): RawJson? {
        if (source == null) return toObject()?.get(name)?.let(::of)
        val scanner = JsonScanner(source)
        if (source[start] != '{') return null
        scanner.forEachMember(start) { nameStart, nameEnd, from, to ->
            if (scanner.isName(nameStart, nameEnd, name)) return slice(source, from, to)
        }
        return null
    }

    /** Calls [onMember] with the bounds of the name and of the value of each member, if this is an object; else fails as decoding does. */
    internal inline fun forEachMember(onMember: (scanner: JsonScanner, nameStart: Int, nameEnd: Int, start: Int, end: Int) -> Unit) {
        val scanner = JsonScanner(source ?: text)
        // A tree begins at 0, too.
        scanner.forEachMember(start) { nameStart, nameEnd, from, to -> onMember(scanner, nameStart, nameEnd, from, to) }
    }

    /** Whether [word] stands anywhere in the text. */
    internal fun mentions(word: String): Boolean {
        if (source == null) return word in tree.toString()
        for (at in start..end - word.length) if (source[at] == word[0] && source.startsWith(word, at)) return true
        return false
    }

    /** The value as a tree; [JsonNull] for `null`. Throws [kotlinx.serialization.SerializationException] if it is not well-formed. */
    public fun toElement(): JsonElement = tree ?: McpJson.parseToJsonElement(text).also { tree = it }

    /** The value as a tree if it is an object, else null. */
    public fun toObject(): JsonObject? = toElement() as? JsonObject

    /** Decodes the value. Throws [kotlinx.serialization.SerializationException] if it does not fit. */
    public fun <T> decode(deserializer: DeserializationStrategy<T>): T {
        val known = tree
        return if (known != null) McpJson.decodeFromJsonElement(deserializer, known) else McpJson.decodeFromString(deserializer, text)
    }

    /** As [decode], for the types of the wire: from where it stands, without a copy. */
    internal fun <T> decodeWire(deserializer: DeserializationStrategy<T>): T =
        if (tree == null && source != null) WireDecoder.decode(source, start, deserializer) else decode(deserializer)

    override fun equals(other: Any?): Boolean =
        this === other || (other is RawJson && this !== ABSENT && other !== ABSENT && other.toElement() == toElement())

    override fun hashCode(): Int = toElement().hashCode()

    /** The value as JSON text. */
    override fun toString(): String = text

    public companion object {
        /** A value that is already a tree. */
        @JvmStatic
        public fun of(element: JsonElement): RawJson = RawJson(null, 0, 0, element)

        /** The JSON value written in [text]; throws [kotlinx.serialization.SerializationException] if it is none. */
        @JvmStatic
        public fun parse(text: String): RawJson = of(McpJson.parseToJsonElement(text))

        /** Stands for a member that is not there, where JSON `null` means something else. Equal to itself alone. */
        internal val ABSENT: RawJson = RawJson(null, 0, 0, JsonNull)

        /** A part of [source] that is known to be one whole value. */
        internal fun slice(source: String, start: Int, end: Int): RawJson = RawJson(source, start, end, null)
    }
}

internal object RawJsonSerializer : KSerializer<RawJson> {
    override val descriptor: SerialDescriptor = JsonElement.serializer().descriptor

    override fun deserialize(decoder: Decoder): RawJson = RawJson.of(decoder.decodeSerializableValue(JsonElement.serializer()))

    override fun serialize(encoder: Encoder, value: RawJson) = encoder.encodeSerializableValue(JsonElement.serializer(), value.toElement())
}
