package io.github.latchkey.mcp

import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.encoding.Encoder

/** What a server is to tell when it changes. Immutable; made by a [Builder]. */
@Serializable(with = SubscriptionFilterSerializer::class)
public class SubscriptionFilter private constructor(
    builder: Builder,
) {
    /** Whether to hear that the list of tools has changed. */
    public val toolsChanged: Boolean = builder.toolsChanged

    /** Whether to hear that the list of prompts has changed. */
    public val promptsChanged: Boolean = builder.promptsChanged

    /** Whether to hear that the list of resources has changed. */
    public val resourcesChanged: Boolean = builder.resourcesChanged

    /** The resources whose changes are to be heard, by URI. */
    public val resources: Set<String> = builder.resources.toSet()

    /** Whether this is none of what there is to hear. */
    internal val isEmpty: Boolean get() = !toolsChanged && !promptsChanged && !resourcesChanged && resources.isEmpty()

    /** Whether [notification] is among what was asked for; the URI of an update may be that of a part (FEAT-22). */
    internal fun matches(notification: ServerNotification): Boolean =
        when (notification) {
            is ServerNotification.ToolsChanged -> toolsChanged
            is ServerNotification.PromptsChanged -> promptsChanged
            is ServerNotification.ResourcesChanged -> resourcesChanged
            is ServerNotification.ResourceUpdated -> resources.any { notification.uri.startsWith(it) }
            else -> false
        }

    /** What [granted] leaves out of this. */
    internal fun missingFrom(granted: SubscriptionFilter): List<String> =
        buildList {
            if (toolsChanged && !granted.toolsChanged) add("tools")
            if (promptsChanged && !granted.promptsChanged) add("prompts")
            if (resourcesChanged && !granted.resourcesChanged) add("resources")
            addAll(resources - granted.resources)
        }

    override fun toString(): String =
        "SubscriptionFilter(tools=$toolsChanged, prompts=$promptsChanged, resources=$resourcesChanged, of=$resources)"

    /** Begins with nothing. */
    public class Builder {
        internal var toolsChanged = false
        internal var promptsChanged = false
        internal var resourcesChanged = false
        internal val resources = linkedSetOf<String>()

        public fun toolsChanged(): Builder = apply { toolsChanged = true }

        public fun promptsChanged(): Builder = apply { promptsChanged = true }

        public fun resourcesChanged(): Builder = apply { resourcesChanged = true }

        /** Adds the resource [uri]: its changes are told, and those of its parts. */
        public fun resource(uri: String): Builder = apply { resources += uri }

        public fun build(): SubscriptionFilter = SubscriptionFilter(this)
    }

    public companion object {
        /** A filter of what [configure] names. */
        public inline operator fun invoke(configure: Builder.() -> Unit): SubscriptionFilter = Builder().apply(configure).build()
    }
}

internal object SubscriptionFilterSerializer : KSerializer<SubscriptionFilter> {
    override val descriptor: SerialDescriptor = Wire.serializer().descriptor

    override fun deserialize(decoder: Decoder): SubscriptionFilter {
        val wire = decoder.decodeSerializableValue(Wire.serializer())
        return SubscriptionFilter {
            if (wire.tools) toolsChanged()
            if (wire.prompts) promptsChanged()
            if (wire.resources) resourcesChanged()
            wire.uris.forEach(::resource)
        }
    }

    override fun serialize(encoder: Encoder, value: SubscriptionFilter): Unit =
        encoder.encodeSerializableValue(
            Wire.serializer(),
            Wire(value.toolsChanged, value.promptsChanged, value.resourcesChanged, value.resources.toList()),
        )

    /** The names of MCP 2026-07-28; what is false or empty is left out. */
    @Serializable
    private class Wire(
        @SerialName("toolsListChanged") val tools: Boolean = false,
        @SerialName("promptsListChanged") val prompts: Boolean = false,
        @SerialName("resourcesListChanged") val resources: Boolean = false,
        @SerialName("resourceSubscriptions") val uris: List<String> = emptyList(),
    )
}
