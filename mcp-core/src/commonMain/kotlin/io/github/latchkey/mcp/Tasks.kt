package io.github.latchkey.mcp

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/**
 * A call that the server goes on with after it has answered (MCP 2025-11-25, Tasks; the extension `io.modelcontextprotocol/tasks` of
 * 2026-07-28).
 *
 * @property taskId names the task at its server; who keeps it can wait for the task in another session ([McpSession.awaitTask])
 * @property status `working`, `input_required`, `completed`, `failed` or `cancelled`
 * @property statusMessage for people; null if there is none
 * @property createdAt as sent, ISO 8601; null if the server did not say
 * @property lastUpdatedAt as sent, ISO 8601; null if the server did not say
 */
@Serializable
public class ToolTask internal constructor(
    public val taskId: String,
    public val status: String,
    public val statusMessage: String? = null,
    public val createdAt: String? = null,
    public val lastUpdatedAt: String? = null,
    @SerialName("ttlMs") private val ttlOfExtension: Long? = null,
    @SerialName("ttl") private val ttl: Long? = null,
    @SerialName("pollIntervalMs") private val pollIntervalOfExtension: Long? = null,
    @SerialName("pollInterval") private val pollInterval: Long? = null,
) {
    /** For how many milliseconds from its creation the server keeps the task; null for ever, or if it did not say. */
    public val ttlMs: Long? get() = ttlOfExtension ?: ttl

    /** How often the server wants to be asked, in milliseconds; null if it did not say. */
    public val pollIntervalMs: Long? get() = pollIntervalOfExtension ?: pollInterval

    /** Whether nothing more will come of it. */
    public val isEnded: Boolean get() = status == COMPLETED || status == FAILED || status == CANCELLED

    override fun toString(): String = "ToolTask($taskId, $status)"

    internal companion object {
        const val INPUT_REQUIRED = "input_required"
        const val COMPLETED = "completed"
        const val FAILED = "failed"
        const val CANCELLED = "cancelled"
    }
}

/**
 * Hears how a task is getting on: first when it is made, then whenever it is asked for. Called in the coroutine that waits; return
 * quickly.
 */
public fun interface TaskListener {
    public fun onTask(task: ToolTask)
}

/**
 * The server has ended a task without a result ([ErrorCode.TOOL_FAILED]).
 *
 * @property task its last state
 */
public class TaskCancelledException internal constructor(
    message: String,
    public val task: ToolTask,
    details: FailureDetails,
) : McpException(message, null, ErrorCode.TOOL_FAILED, details)
