package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.McpJson
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/**
 * A prompt that a server offers (MCP, Prompts).
 *
 * @property arguments in the order to ask for them; empty if there are none
 */
@Serializable
public class Prompt(
    public val name: String,
    public val title: String? = null,
    public val description: String? = null,
    public val arguments: List<PromptArgument> = emptyList(),
    public val icons: RawJson? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
) {
    /** The name to show. */
    public val displayName: String get() = title ?: name

    override fun toString(): String = "Prompt($name)"
}

/** An argument of a prompt; its value is a string. */
@Serializable
public class PromptArgument(
    public val name: String,
    public val title: String? = null,
    public val description: String? = null,
    public val required: Boolean = false,
)

/** One page of `prompts/list`; [nextCursor] is null on the last. */
@Serializable
public class ListPromptsResult(
    public val prompts: List<Prompt>,
    public val nextCursor: String? = null,
    override val ttlMs: Long? = null,
    override val cacheScope: String? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
) : CacheableResult {
    /** The result as JSON. */
    public fun toJson(): String = McpJson.encodeToString(serializer(), this)
}

/** A prompt with its arguments filled in. Untrusted input, like everything a server sends. */
@Serializable
public class GetPromptResult(
    public val messages: List<PromptMessage>,
    public val description: String? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
) {
    /** The result as JSON. */
    public fun toJson(): String = McpJson.encodeToString(serializer(), this)
}

/** One message of a prompt; [role] is `user` or `assistant`. */
@Serializable
public class PromptMessage(
    public val role: String,
    public val content: ContentBlock,
)
