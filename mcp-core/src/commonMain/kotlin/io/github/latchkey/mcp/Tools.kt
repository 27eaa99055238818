package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.McpJson
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/**
 * A tool of a server (MCP, Tools).
 *
 * @property name the name to call it by; never assume a character set or a length
 * @property title for people; null if there is none
 * @property description for a model; null if there is none
 * @property inputSchema JSON Schema of the arguments, every keyword kept
 * @property outputSchema JSON Schema of the structured content; null if there is none
 * @property annotations hints; untrusted unless the server is. Null if there are none
 * @property execution how the tool may be run (2025-11-25); null if the server did not say
 * @property icons as sent, not fetched; null if there are none
 * @property meta the open `_meta`; null if there is none
 */
@Serializable
public class Tool(
    public val name: String,
    public val inputSchema: RawJson,
    public val title: String? = null,
    public val description: String? = null,
    public val outputSchema: RawJson? = null,
    public val annotations: ToolAnnotations? = null,
    public val execution: RawJson? = null,
    public val icons: RawJson? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
) {
    /** The name to show: `title`, else the title in the annotations, else [name]. */
    public val displayName: String get() = title ?: annotations?.title ?: name

    /** The tool as JSON. */
    public fun toJson(): String = McpJson.encodeToString(serializer(), this)

    override fun toString(): String = "Tool($name)"
}

/** What a server claims of a tool; a null hint was not given, and the specification names what to assume then. */
@Serializable
public class ToolAnnotations(
    public val title: String? = null,
    @SerialName("readOnlyHint") private val readOnly: Boolean? = null,
    @SerialName("destructiveHint") private val destructive: Boolean? = null,
    @SerialName("idempotentHint") private val idempotent: Boolean? = null,
    @SerialName("openWorldHint") private val openWorld: Boolean? = null,
) {
    /** The tool changes nothing; false unless said. */
    public val readOnlyHint: Boolean get() = readOnly ?: false

    /** The tool may destroy something; true unless said. */
    public val destructiveHint: Boolean get() = destructive ?: true

    /** Calling the tool twice does no more than calling it once; false unless said. */
    public val idempotentHint: Boolean get() = idempotent ?: false

    /** The tool reaches beyond the server; true unless said. */
    public val openWorldHint: Boolean get() = openWorld ?: true
}

/**
 * One page of `tools/list`.
 *
 * @property nextCursor opaque; null on the last page
 */
@Serializable
public class ListToolsResult(
    public val tools: List<Tool>,
    public val nextCursor: String? = null,
    override val ttlMs: Long? = null,
    override val cacheScope: String? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
    private val resultType: String? = null,
) : CacheableResult {
    /** The result as JSON. */
    public fun toJson(): String = McpJson.encodeToString(serializer(), this)
}

/**
 * What a tool returned. An [isError] result is a result, meant for the model that made the call.
 *
 * @property content in the order to be read; may be empty
 * @property meta the open `_meta`; null if there is none
 */
@Serializable
public class CallToolResult internal constructor(
    public val content: List<ContentBlock> = emptyList(),
    @SerialName("structuredContent") private val structured: RawJson = RawJson.ABSENT,
    @SerialName("isError") private val hasError: Boolean? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
    private val resultType: String? = null,
) {
    /** Whether the tool says that it failed. */
    public val isError: Boolean get() = hasError == true

    /** The structured result; any JSON value, `null` included (2026-07-28). A null reference means that there was none. */
    public val structuredContent: RawJson? get() = structured.takeIf { it !== RawJson.ABSENT }

    /** All text of the content, one block a line. */
    public val text: String
        get() {
            // Mostly there is one block, whose text may be large and need not be copied.
            val blocks = content.filterIsInstance<TextContent>()
            return blocks.singleOrNull()?.text ?: blocks.joinToString("\n") { it.text }
        }

    /** The result as JSON. */
    public fun toJson(): String = McpJson.encodeToString(serializer(), this)
}

/**
 * How far a call has come (MCP, Progress).
 *
 * @property progress grows from one notification to the next
 * @property total where it will end; null if unknown
 * @property message for people; null if there is none
 */
@Serializable
public class Progress(
    public val progress: Double,
    public val total: Double? = null,
    public val message: String? = null,
)

/** Hears the progress of one call, in order, in the coroutine that waits for its result: return quickly. */
public fun interface ProgressListener {
    public fun onProgress(progress: Progress)
}
