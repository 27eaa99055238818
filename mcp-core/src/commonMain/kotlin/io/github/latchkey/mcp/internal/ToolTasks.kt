package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.CallToolResult
import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.JsonRpcError
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProtocolException
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.RequestOptions
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.RetryEvent
import io.github.latchkey.mcp.TaskCancelledException
import io.github.latchkey.mcp.ToolTask
import io.github.latchkey.mcp.WarningEvent
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/**
 * Waits for calls that have become tasks: asks for each as often as its server wants, answers its questions, and cancels it with its
 * caller.
 */
internal class ToolTasks(
    private val live: LiveSession,
    private val options: ClientOptions,
    private val events: McpEvents,
) {
    private val isExtension: Boolean get() = live.current.era.version.isStateless

    /** The task in an answer to `tools/call`. */
    fun read(answer: RawJson): ToolTask =
        try {
            // Flat in the extension, a member of its own in 2025-11-25 (TASK-03, TASK-22).
            val task = if (isExtension) answer else answer.toObject()?.get("task")?.let(RawJson::of)
            task?.decodeWire(ToolTask.serializer()) ?: throw broken("a result without its task", null)
        } catch (e: SerializationException) {
            throw broken("a task that is not what MCP says", e)
        }

    /** The result of [task], when there is one. Cancelling the caller cancels the task. */
    suspend fun await(task: ToolTask, callOptions: RequestOptions): CallToolResult {
        val limit = callOptions.absoluteTimeout ?: options.absoluteTimeout
        var isSettled = false
        try {
            return withTimeoutOrNull(limit) { follow(task, callOptions) }?.also { isSettled = true } ?: throw tooLong(task, limit)
        } catch (e: McpException) {
            // What failed is the asking, or the task itself: it may still be awaited in another session.
            isSettled = e !is RequestTimeoutException || e.deadline != "absolute"
            throw e
        } finally {
            if (!isSettled) withContext(NonCancellable) { withTimeoutOrNull(options.closeTimeout) { tryToCancel(task.taskId) } }
        }
    }

    /** Asks the server to end the task; it may still end otherwise (TASK-25). */
    suspend fun cancel(taskId: String) {
        live.call("tasks/cancel", taskParams(taskId), JsonElement.serializer())
    }

    suspend fun find(taskId: String): ToolTask = get(taskId, ToolTask.serializer())

    private suspend fun follow(first: ToolTask, callOptions: RequestOptions): CallToolResult {
        val answered = mutableSetOf<String>()
        var task = first
        var details: JsonObject? = null
        while (true) {
            callOptions.onTask?.onTask(task)
            if (task.status == ToolTask.CANCELLED) throw cancelled(task)
            if (isExtension) {
                if (task.isEnded && details != null) return result(task, details)
                if (task.status == ToolTask.INPUT_REQUIRED) details?.let { answer(task, it, answered) }
            } else if (task.isEnded || task.status == ToolTask.INPUT_REQUIRED) {
                // The stream of this request carries what the server asks (TASK-05).
                return live.call("tasks/result", taskParams(task.taskId), CallToolResult.serializer(), callOptions)
            }
            // What came with the call has no details: those are asked for at once.
            if (details != null || !(task.isEnded || task.status == ToolTask.INPUT_REQUIRED)) delay(pause(task))
            details = poll(task.taskId)
            task = decode(details, ToolTask.serializer())
        }
    }

    private suspend fun poll(taskId: String): JsonObject {
        var failures = 0
        while (true) {
            try {
                return get(taskId, JsonObject.serializer())
            } catch (e: McpException) {
                if (!e.isRetryable || ++failures > MAX_FAILURES) throw e
                if (events.isListening) events.onEvent(RetryEvent("tasks/get", "the state of the task could not be had: ${e.message}"))
            }
            delay((FIRST_PAUSE_MILLIS shl failures).milliseconds)
        }
    }

    private suspend fun <T> get(taskId: String, serializer: KSerializer<T>): T = live.call("tasks/get", taskParams(taskId), serializer)

    private fun result(task: ToolTask, details: JsonObject): CallToolResult {
        details["result"]?.let { return decode(it, CallToolResult.serializer()) }
        details["error"]?.let { throw live.refused("tools/call", decode(it, JsonRpcError.serializer())) }
        throw broken("the task ${task.taskId} is ${task.status} and has neither a result nor an error", null)
    }

    /** Answers what is asked and was not answered before; keys are never used again in a task (TASK-24). */
    private suspend fun answer(task: ToolTask, details: JsonObject, answered: MutableSet<String>) {
        val asked = (details["inputRequests"] as? JsonObject).orEmpty().filterKeys { it !in answered }
        if (asked.isEmpty()) return
        val responses = asked.mapValues { (_, question) -> live.respond(RawJson.of(question)) }
        answered += asked.keys
        live.call(
            "tasks/update",
            JsonObject(taskParams(task.taskId) + ("inputResponses" to JsonObject(responses))),
            JsonElement.serializer(),
        )
    }

    private suspend fun tryToCancel(taskId: String) {
        try {
            cancel(taskId)
        } catch (e: McpException) {
            if (events.isListening) events.onEvent(WarningEvent("the task $taskId could not be cancelled: ${e.message}"))
        }
    }

    private fun pause(task: ToolTask): Duration =
        (task.pollIntervalMs ?: DEFAULT_INTERVAL_MILLIS).coerceIn(SHORTEST_INTERVAL_MILLIS, LONGEST_INTERVAL_MILLIS).milliseconds

    private fun taskParams(taskId: String) = JsonObject(mapOf("taskId" to JsonPrimitive(taskId)))

    private fun <T> decode(element: JsonElement, serializer: KSerializer<T>): T =
        try {
            McpJson.decodeFromJsonElement(serializer, element)
        } catch (e: SerializationException) {
            throw broken("a task that is not what MCP says", e)
        }

    private fun cancelled(task: ToolTask) =
        TaskCancelledException(
            "the server has cancelled the task ${task.taskId}" + task.statusMessage?.let { ": $it" }.orEmpty(),
            task,
            FailureDetails(Phase.REQUEST, live.endpoint, "call the tool again if its result is still wanted"),
        )

    private fun tooLong(task: ToolTask, limit: Duration) =
        RequestTimeoutException(
            "the task ${task.taskId} took longer than $limit",
            "absolute",
            limit.inWholeMilliseconds,
            FailureDetails(Phase.REQUEST, live.endpoint, "if it needs longer than that, raise the absolute timeout of the call"),
        )

    private fun broken(what: String, cause: Throwable?) =
        ProtocolException(
            "$what (${live.endpoint})",
            FailureDetails(Phase.REQUEST, live.endpoint, "report this to whoever runs the server: its answer breaks the protocol"),
            cause,
        )

    companion object {
        const val EXTENSION = "io.modelcontextprotocol/tasks"
        private const val MAX_FAILURES = 5
        private const val FIRST_PAUSE_MILLIS = 250L
        private const val DEFAULT_INTERVAL_MILLIS = 1_000L
        private const val SHORTEST_INTERVAL_MILLIS = 50L
        private const val LONGEST_INTERVAL_MILLIS = 60_000L
    }
}
