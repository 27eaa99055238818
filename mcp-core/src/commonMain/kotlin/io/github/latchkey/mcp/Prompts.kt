package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.McpJson
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/** A prompt that a server offers (MCP, Prompts). */
@Serializable
public class Prompt(
    public val name: String,
    public val title: String? = null,
    public val description: String? = null,
    @SerialName("arguments") private val declaredArguments: List<PromptArgument>? = null,
    public val icons: RawJson? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
) {
    /** What there is to fill in, in the order to ask for it; empty if there is nothing. */
    public val arguments: List<PromptArgument> get() = declaredArguments.orEmpty()

    /** The name to show. */
    public val displayName: String get() = title ?: name

    /** The prompt as JSON. */
    public fun toJson(): String = McpJson.encodeToString(serializer(), this)

    override fun toString(): String = "Prompt($name)"
}

/** An argument of a prompt; its value is a string. */
@Serializable
public class PromptArgument(
    public val name: String,
    public val title: String? = null,
    public val description: String? = null,
    @SerialName("required") private val isRequired: Boolean? = null,
) {
    /** Whether the prompt cannot be had without it. */
    public val required: Boolean get() = isRequired == true
}

/** One page of `prompts/list`; [nextCursor] is null on the last. */
@Serializable
public class ListPromptsResult(
    public val prompts: List<Prompt>,
    public val nextCursor: String? = null,
    override val ttlMs: Long? = null,
    override val cacheScope: String? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
    private val resultType: String? = null,
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
    private val resultType: String? = null,
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
