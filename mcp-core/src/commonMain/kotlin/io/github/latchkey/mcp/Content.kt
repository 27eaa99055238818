package io.github.latchkey.mcp

import kotlinx.serialization.EncodeDefault
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.SerializationException
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.encoding.Encoder
import kotlinx.serialization.json.JsonDecoder
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull

/** One piece of what a tool or a prompt returns. A kind that Latchkey does not know arrives as [UnknownContent]. */
@Serializable(with = ContentBlockSerializer::class)
public sealed class ContentBlock {
    /** The kind, as on the wire: `text`, `image`, `audio`, `resource_link`, `resource`. */
    public abstract val type: String

    /** For whom and how important it is, and when it last changed; null if the server did not say. */
    public abstract val annotations: RawJson?

    /** The open `_meta` of the block; null if there is none. */
    public abstract val meta: RawJson?
}

/** Text. */
@OptIn(ExperimentalSerializationApi::class)
@Serializable
public class TextContent(
    public val text: String,
    override val annotations: RawJson? = null,
    @SerialName("_meta") override val meta: RawJson? = null,
) : ContentBlock() {
    @EncodeDefault
    override val type: String = "text"
}

/** An image: [data] in Base64, of type [mimeType]. */
@OptIn(ExperimentalSerializationApi::class)
@Serializable
public class ImageContent(
    public val data: String,
    public val mimeType: String,
    override val annotations: RawJson? = null,
    @SerialName("_meta") override val meta: RawJson? = null,
) : ContentBlock() {
    @EncodeDefault
    override val type: String = "image"
}

/** Sound: [data] in Base64, of type [mimeType] (2025-03-26). */
@OptIn(ExperimentalSerializationApi::class)
@Serializable
public class AudioContent(
    public val data: String,
    public val mimeType: String,
    override val annotations: RawJson? = null,
    @SerialName("_meta") override val meta: RawJson? = null,
) : ContentBlock() {
    @EncodeDefault
    override val type: String = "audio"
}

/** A resource that may be read (2025-06-18). [size] is in bytes, null if unknown. */
@OptIn(ExperimentalSerializationApi::class)
@Serializable
public class ResourceLink(
    public val uri: String,
    public val name: String,
    public val title: String? = null,
    public val description: String? = null,
    public val mimeType: String? = null,
    public val size: Long? = null,
    public val icons: RawJson? = null,
    override val annotations: RawJson? = null,
    @SerialName("_meta") override val meta: RawJson? = null,
) : ContentBlock() {
    @EncodeDefault
    override val type: String = "resource_link"
}

/** A resource with its contents. */
@OptIn(ExperimentalSerializationApi::class)
@Serializable
public class EmbeddedResource(
    public val resource: ResourceContents,
    override val annotations: RawJson? = null,
    @SerialName("_meta") override val meta: RawJson? = null,
) : ContentBlock() {
    @EncodeDefault
    override val type: String = "resource"
}

/** The contents of one resource: [text], or [blob] in Base64; one of the two is null. */
@Serializable
public class ResourceContents(
    public val uri: String,
    public val mimeType: String? = null,
    public val text: String? = null,
    public val blob: String? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
)

/** A kind of content that this version of Latchkey has no type for; [raw] is the whole block. */
public class UnknownContent internal constructor(
    override val type: String,
    public val raw: RawJson,
) : ContentBlock() {
    override val annotations: RawJson? get() = member("annotations")
    override val meta: RawJson? get() = member("_meta")

    private fun member(name: String): RawJson? = raw.toObject()?.get(name)?.let(RawJson::of)
}

internal object ContentBlockSerializer : KSerializer<ContentBlock> {
    override val descriptor: SerialDescriptor = JsonElement.serializer().descriptor

    override fun deserialize(decoder: Decoder): ContentBlock {
        val json = decoder as JsonDecoder
        val block = json.decodeJsonElement() as? JsonObject ?: throw SerializationException("a content block is not an object")
        val type = (block["type"] as? JsonPrimitive)?.contentOrNull ?: throw SerializationException("a content block without 'type'")
        return find(type)?.let { json.json.decodeFromJsonElement(it, block) } ?: unknown(type, RawJson.of(block))
    }

    /** Null for a type that is not known here. */
    fun find(type: String): KSerializer<out ContentBlock>? =
        when (type) {
            "text" -> TextContent.serializer()
            "image" -> ImageContent.serializer()
            "audio" -> AudioContent.serializer()
            "resource_link" -> ResourceLink.serializer()
            "resource" -> EmbeddedResource.serializer()
            else -> null
        }

    fun unknown(type: String, block: RawJson): ContentBlock = UnknownContent(type, block)

    override fun serialize(encoder: Encoder, value: ContentBlock): Unit =
        when (value) {
            is TextContent -> encoder.encodeSerializableValue(TextContent.serializer(), value)
            is ImageContent -> encoder.encodeSerializableValue(ImageContent.serializer(), value)
            is AudioContent -> encoder.encodeSerializableValue(AudioContent.serializer(), value)
            is ResourceLink -> encoder.encodeSerializableValue(ResourceLink.serializer(), value)
            is EmbeddedResource -> encoder.encodeSerializableValue(EmbeddedResource.serializer(), value)
            is UnknownContent -> encoder.encodeSerializableValue(RawJson.serializer(), value.raw)
        }
}
