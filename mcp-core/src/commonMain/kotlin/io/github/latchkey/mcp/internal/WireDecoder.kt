package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.ContentBlock
import io.github.latchkey.mcp.ContentBlockSerializer
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.RawJsonSerializer
import kotlinx.serialization.DeserializationStrategy
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.SerializationException
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.StructureKind
import kotlinx.serialization.encoding.AbstractDecoder
import kotlinx.serialization.encoding.CompositeDecoder
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.modules.EmptySerializersModule
import kotlinx.serialization.modules.SerializersModule

/**
 * Decodes the types of the wire where their text stands in a message: without a copy of it, and without a tree. What is open in them
 * ([RawJson]) becomes a part of the text, to the letter. As lenient as [McpJson]: unknown members are passed over.
 *
 * @param position where it is; shared by the decoders of one message
 */
@OptIn(ExperimentalSerializationApi::class)
internal open class WireDecoder private constructor(
    protected val text: String,
    protected val scanner: JsonScanner,
    protected val position: Position,
) : AbstractDecoder() {
    protected class Position(
        var at: Int,
    )

    override val serializersModule: SerializersModule = EmptySerializersModule()

    /** Not for a value itself, only for what is in it. */
    override fun decodeElementIndex(descriptor: SerialDescriptor): Int = CompositeDecoder.DECODE_DONE

    override fun beginStructure(descriptor: SerialDescriptor): CompositeDecoder =
        when (descriptor.kind) {
            StructureKind.LIST -> ListDecoder(this, scanner.openContainer(position.at, '[', ']'))
            StructureKind.MAP -> MapDecoder(this, scanner.openContainer(position.at, '{', '}'))
            else -> ObjectDecoder(this, scanner.openContainer(position.at, '{', '}'))
        }

    override fun <T> decodeSerializableValue(deserializer: DeserializationStrategy<T>): T {
        val value: Any? =
            when (deserializer) {
                RawJsonSerializer -> decodeRaw()
                ContentBlockSerializer -> decodeContent()
                ELEMENT, OBJECT, ARRAY, PRIMITIVE -> McpJson.decodeFromString(deserializer, decodeRaw().text)
                else -> return deserializer.deserialize(this)
            }
        // Each is of the type of its deserializer.
        @Suppress("UNCHECKED_CAST")
        return value as T
    }

    override fun decodeNotNullMark(): Boolean = scanner.charAt(position.at) != 'n'

    override fun decodeNull(): Nothing? {
        if (takeLiteral() != "null") fail("null")
        return null
    }

    override fun decodeString(): String {
        val from = position.at
        position.at = scanner.skipString(from)
        return scanner.unescape(from, position.at)
    }

    override fun decodeBoolean(): Boolean = takeLiteral().toBooleanStrictOrNull() ?: fail("true or false")

    override fun decodeLong(): Long {
        val short = takeShortInteger()
        if (short != JsonScanner.NO_INTEGER) return short
        val literal = takeLiteral()
        return literal.toLongOrNull() ?: literal.toDoubleOrNull()?.takeIf { it % 1.0 == 0.0 }?.toLong() ?: fail("an integer")
    }

    override fun decodeInt(): Int = decodeLong().let { if (it in Int.MIN_VALUE..Int.MAX_VALUE) it.toInt() else fail("a smaller integer") }

    override fun decodeDouble(): Double {
        val short = takeShortInteger()
        return if (short != JsonScanner.NO_INTEGER) short.toDouble() else takeLiteral().toDoubleOrNull() ?: fail("a number")
    }

    override fun decodeEnum(enumDescriptor: SerialDescriptor): Int =
        enumDescriptor.getElementIndex(decodeString()).also { if (it < 0) fail("one of the values of ${enumDescriptor.serialName}") }

    private fun decodeRaw(): RawJson {
        val from = position.at
        position.at = scanner.checkValue(from)
        return RawJson.slice(text, from, position.at)
    }

    private fun decodeContent(): ContentBlock {
        var type: String? = null
        scanner.forEachMember(position.at) { nameStart, nameEnd, start, end ->
            if (scanner.isName(nameStart, nameEnd, "type")) type = typeOf(start, end)
        }
        val named = type ?: fail("the type of a content block")
        return ContentBlockSerializer.find(named)?.deserialize(this) ?: ContentBlockSerializer.unknown(named, decodeRaw())
    }

    private fun typeOf(start: Int, end: Int): String = if (scanner.charAt(start) == '"') scanner.unescape(start, end) else fail("a string")

    /** The integer that stands here, if it is one of few digits, as most numbers are; else [JsonScanner.NO_INTEGER], and it still stands. */
    private fun takeShortInteger(): Long {
        val from = position.at
        if (scanner.charAt(from) == '"') return JsonScanner.NO_INTEGER
        val end = scanner.skipValue(from)
        return scanner.shortInteger(from, end).also { if (it != JsonScanner.NO_INTEGER) position.at = end }
    }

    /** A number, `true`, `false` or `null`; a number may stand in quotes. */
    private fun takeLiteral(): String {
        val from = position.at
        val end = scanner.skipValue(from)
        position.at = end
        return when (text[from]) {
            '"' -> scanner.unescape(from, end)
            '{', '[' -> fail("a literal")
            else -> text.substring(from, end)
        }
    }

    protected fun fail(expected: String): Nothing = throw SerializationException("expected $expected at offset ${position.at}")

    /** The members of an object that [descriptor][decodeElementIndex] knows. */
    private class ObjectDecoder(
        parent: WireDecoder,
        private var next: Int,
    ) : WireDecoder(parent.text, parent.scanner, parent.position) {
        private var isFirst = true
        private var lastIndex = -1

        override fun decodeElementIndex(descriptor: SerialDescriptor): Int {
            while (true) {
                if (!isFirst) next = scanner.nextInContainer(position.at, '}')
                isFirst = false
                if (next < 0) {
                    position.at = scanner.end(next)
                    return CompositeDecoder.DECODE_DONE
                }
                val nameEnd = scanner.skipString(next)
                val index = indexOf(descriptor, next, nameEnd)
                position.at = scanner.afterColon(nameEnd)
                if (index >= 0) return index.also { lastIndex = it }
                position.at = scanner.skipValue(position.at)
            }
        }

        /** Members mostly come in the order that the type has them in. */
        private fun indexOf(descriptor: SerialDescriptor, nameStart: Int, nameEnd: Int): Int {
            val count = descriptor.elementsCount
            for (step in 1..count) {
                val index = (lastIndex + step) % count
                if (scanner.isName(nameStart, nameEnd, descriptor.getElementName(index))) return index
            }
            return CompositeDecoder.UNKNOWN_NAME
        }
    }

    private class ListDecoder(
        parent: WireDecoder,
        private var next: Int,
    ) : WireDecoder(parent.text, parent.scanner, parent.position) {
        private var index = -1

        override fun decodeElementIndex(descriptor: SerialDescriptor): Int {
            if (index >= 0) next = scanner.nextInContainer(position.at, ']')
            index++
            position.at = if (next < 0) scanner.end(next) else next
            return if (next < 0) CompositeDecoder.DECODE_DONE else index
        }
    }

    /** Names and values take turns. */
    private class MapDecoder(
        parent: WireDecoder,
        private var next: Int,
    ) : WireDecoder(parent.text, parent.scanner, parent.position) {
        private var index = -1

        override fun decodeElementIndex(descriptor: SerialDescriptor): Int {
            index++
            if (index % 2 == 1) {
                position.at = scanner.afterColon(position.at)
                return index
            }
            if (index > 0) next = scanner.nextInContainer(position.at, '}')
            position.at = if (next < 0) scanner.end(next) else next
            return if (next < 0) CompositeDecoder.DECODE_DONE else index
        }
    }

    companion object {
        // What is wanted as a tree.
        private val ELEMENT = JsonElement.serializer()
        private val OBJECT = JsonObject.serializer()
        private val ARRAY = JsonArray.serializer()
        private val PRIMITIVE = JsonPrimitive.serializer()

        /** Decodes the value that begins at [start] of [text]. Throws [SerializationException] if it does not fit, or is no JSON. */
        fun <T> decode(text: String, start: Int, deserializer: DeserializationStrategy<T>): T =
            try {
                WireDecoder(text, JsonScanner(text), Position(start)).decodeSerializableValue(deserializer)
            } catch (e: IllegalArgumentException) { // as some serializers say that a value does not fit; of which this is one
                throw e as? SerializationException ?: SerializationException(e.message, e)
            }
    }
}
