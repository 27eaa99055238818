package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.CallToolResult
import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.OutputValidation
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.PreparedSchema
import io.github.latchkey.mcp.ProtocolException
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.SchemaValidator
import io.github.latchkey.mcp.Tool
import io.github.latchkey.mcp.WarningEvent
import kotlin.concurrent.atomics.AtomicReference
import kotlin.concurrent.atomics.ExperimentalAtomicApi
import kotlin.concurrent.atomics.update

/** Holds structured results against the `outputSchema` of their tools, as far as these have been listed (FEAT-04). */
@OptIn(ExperimentalAtomicApi::class)
internal class OutputSchemas(
    private val endpoint: String,
    private val validator: SchemaValidator,
    private val validation: OutputValidation,
    private val events: McpEvents,
) {
    // Prepared when the tool is first called: most tools of a long list never are.
    private val schemas = AtomicReference(emptyMap<String, Lazy<PreparedSchema>>())

    fun learn(tools: List<Tool>) {
        if (tools.isEmpty()) return
        val found = tools.mapNotNull { tool -> tool.outputSchema?.let { tool.name to prepared(it) } }
        schemas.update { it - tools.map(Tool::name).toSet() + found }
    }

    /** Throws [ProtocolException], or tells, if [result] is not what the tool [name] promised. */
    fun check(name: String, result: CallToolResult) {
        if (result.isError) return
        val schema = schemas.load()[name] ?: return
        val problems = problems(schema, result.structuredContent)
        if (problems.isEmpty()) return
        val message = "the result of the tool $name does not fit its output schema: ${problems.joinToString("; ")}"
        if (validation == OutputValidation.STRICT) {
            val remedy = "report this to whoever runs the server; to use such results, set the output validation to WARN"
            throw ProtocolException(message, FailureDetails(Phase.REQUEST, endpoint, remedy))
        }
        if (events.isListening) events.onEvent(WarningEvent(message))
    }

    private fun problems(schema: Lazy<PreparedSchema>, content: RawJson?): List<String> =
        when (content) {
            null -> listOf("it has no structured content")

            else -> try {
                schema.value.problems(content.toElement()).take(MAX_PROBLEMS)
            } catch (e: IllegalArgumentException) {
                // A schema that cannot be read accepts nothing: it must not look as if it did (FEAT-11, FEAT-13).
                listOf("the schema cannot be used: ${e.message}")
            }
        }

    private fun prepared(schema: RawJson): Lazy<PreparedSchema> = lazy { validator.prepare(schema) }

    private companion object {
        const val MAX_PROBLEMS = 5
    }
}
