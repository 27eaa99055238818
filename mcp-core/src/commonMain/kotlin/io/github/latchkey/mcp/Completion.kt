package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.McpJson
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlin.jvm.JvmStatic

/** What is being completed: an argument of a prompt, or a variable of a resource template (MCP, Completion). */
public class CompletionReference private constructor(
    internal val type: String,
    internal val key: String,
    /** The name of the prompt, or the URI or template of the resource. */
    public val value: String,
) {
    public companion object {
        @JvmStatic
        public fun prompt(name: String): CompletionReference = CompletionReference("ref/prompt", "name", name)

        @JvmStatic
        public fun resource(uri: String): CompletionReference = CompletionReference("ref/resource", "uri", uri)
    }
}

/** The answer to `completion/complete`. */
@Serializable
public class CompleteResult(
    public val completion: Completion,
    @SerialName("_meta") public val meta: RawJson? = null,
    private val resultType: String? = null,
) {
    /** The result as JSON. */
    public fun toJson(): String = McpJson.encodeToString(serializer(), this)
}

/**
 * Values that would fit.
 *
 * @property values at most 100, the best first
 * @property total how many there are in all; null if unknown
 */
@Serializable
public class Completion(
    public val values: List<String>,
    public val total: Long? = null,
    @SerialName("hasMore") private val goesOn: Boolean? = null,
) {
    /** Whether there are more than these. */
    public val hasMore: Boolean get() = goesOn == true
}
