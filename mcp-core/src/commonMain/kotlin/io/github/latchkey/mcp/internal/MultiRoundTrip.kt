package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProtocolException
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.transport.Deadline
import kotlinx.coroutines.delay
import kotlinx.serialization.Serializable
import kotlinx.serialization.SerializationException
import kotlinx.serialization.builtins.serializer
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlin.time.Duration.Companion.milliseconds

/**
 * Answers `input_required` results until the real one comes (MCP 2026-07-28, Multi Round-Trip Requests). All state of the rounds
 * is in here, so that nothing of one call can reach another (STL-67).
 */
internal class MultiRoundTrip(
    private val endpoint: String,
    private val requests: ServerRequests,
    private val deadline: Deadline,
    private val takesTasks: Boolean = false,
) {
    /** [send] sends the params it is given as a request with an id of its own. */
    suspend fun call(method: String, params: JsonObject, send: suspend (JsonObject) -> RawJson): RawJson {
        var round = params
        repeat(MAX_ROUNDS) { number ->
            val answer = send(round)
            when (val type = typeOf(answer)) {
                null, COMPLETE -> return answer
                TASK -> if (mayBeTask(method)) return answer else throw broken("the result of $method must not be a task")
                INPUT_REQUIRED -> round = answered(method, params, answer, number)
                else -> throw broken("the result of $method is of the unknown type '$type'")
            }
        }
        throw broken("$method asked for input $MAX_ROUNDS times and still has no result")
    }

    /** The original params with the answers to this round's questions; nothing of an earlier round (STL-65, STL-68). */
    private suspend fun answered(method: String, params: JsonObject, answer: RawJson, number: Int): JsonObject {
        if (method !in METHODS) throw broken("$method must not be answered with $INPUT_REQUIRED")
        val required = read(answer)
        if (required.inputRequests == null && required.requestState == null) throw broken("an $INPUT_REQUIRED result asks for nothing")
        val responses = required.inputRequests?.mapValues { (_, asked) -> deadline.paused { respond(asked) } }
        // With nothing to answer the server sheds load: give it time (STL-63).
        if (responses == null) delay(minOf(FIRST_PAUSE_MILLIS shl number, LONGEST_PAUSE_MILLIS).milliseconds)
        return JsonObject(
            buildMap {
                putAll(params)
                responses?.let { put("inputResponses", JsonObject(it)) }
                // Byte for byte what came: the string is never looked into (STL-64).
                required.requestState?.let { put("requestState", it) }
            },
        )
    }

    /** Answers one request for input. */
    suspend fun respond(asked: RawJson): JsonObject =
        try {
            deadline.paused { respond(asked.decodeWire(InputRequest.serializer())) }
        } catch (e: SerializationException) {
            throw broken("a request for input that is not what MCP says", e)
        }

    /** Servers have been seen to say it of the state of a task as well (AMB-09). */
    private fun mayBeTask(method: String) = takesTasks && (method == "tools/call" || method.startsWith("tasks/"))

    private suspend fun respond(asked: InputRequest): JsonObject {
        if (!requests.canAnswer(asked.method)) throw broken("the server asks for ${asked.method}, which this client did not declare")
        return try {
            requests.answer(asked.method, asked.params)
        } catch (e: RequestRefused) {
            // No error is sent: the server is not waiting (STL-70).
            throw e.cause ?: broken("the server's ${asked.method} cannot be answered: ${e.message}", e)
        }
    }

    private fun typeOf(answer: RawJson): String? =
        try {
            resultType(answer)
        } catch (e: SerializationException) {
            throw broken("a result whose type cannot be read", e)
        }

    private fun read(answer: RawJson): InputRequired =
        try {
            answer.decodeWire(InputRequired.serializer())
        } catch (e: SerializationException) {
            throw broken("an $INPUT_REQUIRED result that is not what MCP says", e)
        }

    private fun broken(what: String, cause: Throwable? = null) =
        ProtocolException(
            "$what ($endpoint)",
            FailureDetails(Phase.REQUEST, endpoint, "report this to whoever runs the server: its answer breaks the protocol"),
            cause,
        )

    @Serializable
    private class InputRequired(
        val inputRequests: Map<String, InputRequest>? = null,
        val requestState: JsonPrimitive? = null,
    )

    @Serializable
    private class InputRequest(
        val method: String,
        val params: RawJson? = null,
    )

    companion object {
        private const val COMPLETE = "complete"
        const val TASK = "task"
        private const val INPUT_REQUIRED = "input_required"
        private const val MAX_ROUNDS = 16
        private const val FIRST_PAUSE_MILLIS = 100L
        private const val LONGEST_PAUSE_MILLIS = 5_000L
        private val METHODS = setOf("tools/call", "prompts/get", "resources/read")

        /** `resultType` of [answer]; null if there is none, which means complete (STL-25). */
        fun resultType(answer: RawJson): String? {
            val type = answer.member("resultType") ?: return null
            return if (type.text.startsWith('"')) type.decode(String.serializer()) else type.text
        }
    }
}
