package io.github.latchkey.mcp

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/**
 * A server wants the host's model to say something (MCP, Sampling). A person should see the request before it is sent and the
 * answer before it goes back.
 *
 * @property messages the conversation; content as the server sent it, one block or a list of blocks
 * @property maxTokens must be respected
 * @property systemPrompt a wish; null if there is none
 * @property modelPreferences hints and priorities; null if there are none
 * @property tools the model may use; null unless tools were declared
 */
@Serializable
public class SamplingRequest internal constructor(
    public val messages: List<SamplingMessage>,
    public val maxTokens: Long,
    public val systemPrompt: String? = null,
    public val modelPreferences: RawJson? = null,
    public val includeContext: String? = null,
    public val temperature: Double? = null,
    @SerialName("stopSequences") private val stops: List<String>? = null,
    public val tools: RawJson? = null,
    public val toolChoice: RawJson? = null,
    public val metadata: RawJson? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
) {
    /** Where the model should stop; empty if nowhere in particular. */
    public val stopSequences: List<String> get() = stops.orEmpty()
}

/** One message; [role] is `user` or `assistant`, [content] a block or a list of blocks. */
@Serializable
public class SamplingMessage(
    public val role: String,
    public val content: RawJson,
    @SerialName("_meta") public val meta: RawJson? = null,
)

/**
 * What the model said.
 *
 * @property content a block or a list of blocks
 * @property model which one answered
 * @property stopReason `endTurn`, `stopSequence`, `maxTokens`, `toolUse` or another; null if unknown
 */
@Serializable
public class SamplingResult(
    public val role: String,
    public val content: RawJson,
    public val model: String,
    public val stopReason: String? = null,
)

/** Asks the host's model. Throws [RequestRejectedException] when the person says no. */
public fun interface SamplingHandler {
    public suspend fun sample(request: SamplingRequest): SamplingResult
}

/** Thrown by a handler when the person refused what the server asked for; the server is told no more than that. */
public class RequestRejectedException(
    message: String,
) : RuntimeException(message)
