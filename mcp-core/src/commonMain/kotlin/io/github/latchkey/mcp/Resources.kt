package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.McpJson
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/**
 * A resource that a server offers (MCP, Resources).
 *
 * @property uri names it; also where it may be read
 * @property name for programs
 * @property title for people; null if there is none
 * @property description for a model; null if there is none
 * @property mimeType null if unknown
 * @property size in bytes; null if unknown
 * @property annotations for whom it is and how important, and when it last changed; null if the server did not say
 * @property icons as sent, not fetched; null if there are none
 * @property meta the open `_meta`; null if there is none
 */
@Serializable
public class Resource(
    public val uri: String,
    public val name: String,
    public val title: String? = null,
    public val description: String? = null,
    public val mimeType: String? = null,
    public val size: Long? = null,
    public val annotations: RawJson? = null,
    public val icons: RawJson? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
) {
    /** The name to show. */
    public val displayName: String get() = title ?: name

    /** The resource as JSON. */
    public fun toJson(): String = McpJson.encodeToString(serializer(), this)

    override fun toString(): String = "Resource($uri)"
}

/**
 * A pattern for the URIs of resources.
 *
 * @property uriTemplate a URI template (RFC 6570)
 */
@Serializable
public class ResourceTemplate(
    public val uriTemplate: String,
    public val name: String,
    public val title: String? = null,
    public val description: String? = null,
    public val mimeType: String? = null,
    public val annotations: RawJson? = null,
    public val icons: RawJson? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
) {
    /** The name to show. */
    public val displayName: String get() = title ?: name

    /** The template as JSON. */
    public fun toJson(): String = McpJson.encodeToString(serializer(), this)

    override fun toString(): String = "ResourceTemplate($uriTemplate)"
}

/** One page of `resources/list`; [nextCursor] is null on the last. */
@Serializable
public class ListResourcesResult(
    public val resources: List<Resource>,
    public val nextCursor: String? = null,
    override val ttlMs: Long? = null,
    override val cacheScope: String? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
    private val resultType: String? = null,
) : CacheableResult {
    /** The result as JSON. */
    public fun toJson(): String = McpJson.encodeToString(serializer(), this)
}

/** One page of `resources/templates/list`; [nextCursor] is null on the last. */
@Serializable
public class ListResourceTemplatesResult(
    public val resourceTemplates: List<ResourceTemplate>,
    public val nextCursor: String? = null,
    override val ttlMs: Long? = null,
    override val cacheScope: String? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
    private val resultType: String? = null,
) : CacheableResult {
    /** The result as JSON. */
    public fun toJson(): String = McpJson.encodeToString(serializer(), this)
}

/** What a resource holds: none, one or several contents. No contents is a resource that exists and is empty. */
@Serializable
public class ReadResourceResult(
    public val contents: List<ResourceContents>,
    override val ttlMs: Long? = null,
    override val cacheScope: String? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
    private val resultType: String? = null,
) : CacheableResult {
    /** The result as JSON. */
    public fun toJson(): String = McpJson.encodeToString(serializer(), this)
}
