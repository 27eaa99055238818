package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.CallToolResult
import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.JsonRpcException
import io.github.latchkey.mcp.ListToolsResult
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.RequestOptions
import io.github.latchkey.mcp.RetryEvent
import io.github.latchkey.mcp.Tool
import io.github.latchkey.mcp.WarningEvent
import kotlinx.coroutines.flow.Flow
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlin.concurrent.atomics.AtomicReference
import kotlin.concurrent.atomics.ExperimentalAtomicApi
import kotlin.concurrent.atomics.update

/** Lists and calls tools, and keeps of each tool that was listed which of its arguments go into headers. */
@OptIn(ExperimentalAtomicApi::class)
internal class Toolbox(
    private val live: LiveSession,
    private val events: McpEvents,
    options: ClientOptions,
) {
    private val outputs = options.outputValidator?.let { OutputSchemas(live.endpoint, it, options.outputValidation, events) }
    private val items = ListItems("tools", Tool.serializer(), events)

    // Only of tools that have such arguments.
    private val mirrored = AtomicReference(emptyMap<String, MirroredParameters>())

    // Only of tools that can be called as a task.
    private val taskSupport = AtomicReference(emptyMap<String, String>())

    suspend fun all(): List<Tool> = Paging.all(live.endpoint, "tools/list", { page(it) }, { it.tools }, { it.nextCursor })

    suspend fun page(cursor: String?): ListToolsResult {
        val listed = live.list("tools/list", cursor, ListToolsResult.serializer(), items)
        val page = if (live.mirrorsParameters) listed.onlyUsable() else listed
        outputs?.learn(page.tools)
        learnTasks(page.tools)
        return page
    }

    fun pages(): Flow<ListToolsResult> = Paging.pages(live.endpoint, "tools/list", ::page) { it.nextCursor }

    suspend fun call(name: String, arguments: JsonObject, options: RequestOptions): CallToolResult {
        val result = callAsListed(name, arguments, options)
        outputs?.check(name, result)
        return result
    }

    private suspend fun callAsListed(name: String, arguments: JsonObject, options: RequestOptions): CallToolResult =
        try {
            callOnce(name, arguments, options)
        } catch (e: JsonRpcException) {
            if (!live.mirrorsParameters || !e.isHeaderMismatch) throw e
            // The tool has changed since it was listed, or never was: look at it once, and try once more (STL-40).
            if (events.isListening) events.onEvent(RetryEvent("tools/call", "the server wants other headers: list the tools again"))
            live.forget("tools/list")
            all()
            callOnce(name, arguments, options)
        }

    private suspend fun callOnce(name: String, arguments: JsonObject, options: RequestOptions): CallToolResult {
        val headers = if (live.mirrorsParameters) mirrored.load()[name]?.headers(arguments).orEmpty() else emptyMap()
        val params = mutableMapOf("name" to JsonPrimitive(name), "arguments" to arguments)
        if (isTask(name, options)) {
            params["task"] = JsonObject(options.taskTtlMillis?.let { mapOf("ttl" to JsonPrimitive(it)) }.orEmpty())
        }
        return live.callTool(JsonObject(params), options, headers)
    }

    /** Whether server and tool take the call as a task, and somebody wants it so (TASK-01, TASK-02). */
    private fun isTask(name: String, options: RequestOptions): Boolean {
        if (live.current.era.version != ProtocolVersion.V2025_11_25) return false
        val support = taskSupport.load()[name]
        if (support == null || !(support == REQUIRED || options.wantsTask)) return false
        val requests = live.current.description.capabilities.tasks?.toObject()?.get("requests") as? JsonObject
        return (requests?.get("tools") as? JsonObject)?.containsKey("call") == true
    }

    private fun learnTasks(tools: List<Tool>) {
        val found = tools.mapNotNull { tool -> supportOf(tool)?.let { tool.name to it } }
        if (found.isNotEmpty() || taskSupport.load().isNotEmpty()) taskSupport.update { it - tools.map(Tool::name).toSet() + found }
    }

    private fun supportOf(tool: Tool): String? {
        val support = tool.execution?.toObject()?.get("taskSupport") as? JsonPrimitive
        return support?.content?.takeIf { it == REQUIRED || it == "optional" }
    }

    /** Without the tools whose annotations cannot be honoured (STL-34, STL-36). */
    private fun ListToolsResult.onlyUsable(): ListToolsResult {
        val found = mutableMapOf<String, MirroredParameters>()
        val usable = tools.filter { isUsable(it, found) }
        mirrored.update { it - usable.map(Tool::name).toSet() + found }
        return if (usable.size == tools.size) this else ListToolsResult(usable, nextCursor, ttlMs, cacheScope, meta)
    }

    private fun isUsable(tool: Tool, found: MutableMap<String, MirroredParameters>): Boolean =
        when (val reading = MirroredParameters.read(tool.inputSchema)) {
            is MirroredParameters.Reading.Valid -> {
                if (!reading.parameters.isEmpty) found[tool.name] = reading.parameters
                true
            }

            is MirroredParameters.Reading.Invalid -> {
                if (events.isListening) events.onEvent(WarningEvent("the tool ${tool.name} is left out: ${reading.reason}"))
                false
            }
        }

    private companion object {
        const val REQUIRED = "required"
    }
}
