package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.JsonRpcFailure
import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.JsonRpcResponse
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.WarningEvent
import kotlinx.serialization.SerializationException

/**
 * Finds the response to [request] in an answer of status 2xx, whether it comes as one JSON message or as an event stream
 * (MCP 2026-07-28, Streamable HTTP, Receiving Messages; 2025-11-25, Sending Messages).
 */
internal class AnswerReader(
    private val request: JsonRpcRequest,
    private val maxMessageBytes: Int,
    private val events: McpEvents,
    private val onRelated: suspend (JsonRpcMessage) -> Unit,
) {
    /** The stream that the response is to come on. */
    val stream: EventStreamReader by lazy(LazyThreadSafetyMode.NONE) { EventStreamReader(maxMessageBytes) }

    /** Reads the answer to the POST. Null when it is an event stream that ended before the response and can be resumed. */
    suspend fun read(answer: ReceivedAnswer): JsonRpcResponse? =
        when (answer.mediaType) {
            JSON -> readJson(answer)
            EVENT_STREAM -> readStream(answer)
            else -> throw otherContent(answer)
        }.also { answer.call.isInFlight = it == null }

    /** Reads what a GET has to add to the stream. Null when that ended before the response, too, and can be resumed again. */
    suspend fun readResumed(answer: ReceivedAnswer): JsonRpcResponse? {
        if (answer.mediaType != EVENT_STREAM) throw otherContent(answer)
        answer.call.context.deadline.signOfLife()
        return readStream(answer)
    }

    private suspend fun readJson(answer: ReceivedAnswer): JsonRpcResponse {
        val announced = answer.contentLength
        if (announced != null && announced > maxMessageBytes) throw answer.tooLarge(maxMessageBytes)
        val text = answer.body.takeWhole()?.decodeToString() ?: readText(answer, announced)
        answer.call.isInFlight = false
        if (text.isBlank()) throw answer.notMcp("HTTP ${answer.status} and an empty body", bodyStart = null)
        val messages =
            try {
                parseMessages(text, answer.call.context.version)
            } catch (e: SerializationException) {
                throw answer.protocol("what is not JSON-RPC: ${problemOf(e)}", start(text), e)
            }
        val response = messages.firstNotNullOfOrNull { it as? JsonRpcResponse }
        if (messages.size == 1 && response != null && !answers(response)) {
            throw answer.protocol("the response to another request (id ${response.id})", start(text))
        }
        return findResponse(messages) ?: throw answer.protocol("messages, but no response", start(text))
    }

    private suspend fun readText(answer: ReceivedAnswer, announced: Long?): String {
        // One byte more than announced, so that the end is found without growing.
        val bytes = ByteAccumulator((announced ?: DEFAULT_BYTES).coerceIn(0, MAX_FIRST_BYTES).toInt() + 1)
        answer.body.readTo(bytes, maxMessageBytes)
        if (bytes.size > maxMessageBytes) throw answer.tooLarge(maxMessageBytes)
        val text = bytes.decode()
        // Not every engine reports that a body ended early.
        if (announced != null && bytes.size < announced) {
            answer.call.isInFlight = false
            throw answer.protocol("only ${bytes.size} of $announced bytes", start(text))
        }
        return text
    }

    private suspend fun readStream(answer: ReceivedAnswer): JsonRpcResponse? {
        val response = stream.read(answer) { event -> if (event.isMessage) findResponse(event, answer) else null }
        if (response != null || isResumable(answer)) return response
        answer.call.isInFlight = false
        throw stream.end.failure ?: answer.protocol("an event stream that ended without the response")
    }

    /**
     * In the session era, whatever was negotiated: ids say that a stream can be resumed (MCP 2025-11-25, Resumability). Ids and
     * times to come back mean nothing in the stateless era, and before the response to `initialize` there is no session.
     */
    private fun isResumable(answer: ReceivedAnswer): Boolean {
        val version = answer.call.context.version
        return version != null && !version.isStateless && stream.canResume
    }

    private suspend fun findResponse(event: ServerSentEvent, answer: ReceivedAnswer): JsonRpcResponse? {
        val messages =
            try {
                parseMessages(event.data, answer.call.context.version)
            } catch (e: BatchException) {
                answer.call.isInFlight = false
                throw answer.protocol(e.message.orEmpty(), start(event.data), e)
            } catch (e: SerializationException) {
                warn { "an event of ${request.method} was left out, as it is not JSON-RPC: ${problemOf(e)}" }
                return null
            }
        return findResponse(messages)
    }

    /** Hands over what goes with the response, and returns it if it is among [messages]. */
    private suspend fun findResponse(messages: List<JsonRpcMessage>): JsonRpcResponse? {
        var response: JsonRpcResponse? = null
        for (message in messages) {
            when {
                message !is JsonRpcResponse -> onRelated(message)

                answers(message) -> response = message

                else -> warn {
                    "a response to another request (id ${message.id}) came with the answer to ${request.method}, and was left out"
                }
            }
        }
        return response
    }

    /** An error without an id belongs to the request whose answer it is (RPC-07). */
    private fun answers(response: JsonRpcResponse): Boolean =
        response.id == request.id || (response is JsonRpcFailure && response.id == null)

    private suspend fun otherContent(answer: ReceivedAnswer): Exception {
        val bytes = ByteAccumulator()
        answer.body.readTo(bytes, MAX_SHOWN_BYTES)
        answer.call.isInFlight = false
        val text = bytes.decode()
        val type = answer.mediaType
        return when {
            text.isBlank() -> answer.notMcp("HTTP ${answer.status} and an empty body", bodyStart = null)
            type == null -> answer.notMcp("HTTP ${answer.status} and a body without a content type", start(text))
            else -> answer.notMcp("HTTP ${answer.status} and ${oneLine(type)}", start(text))
        }
    }

    private inline fun warn(message: () -> String) {
        if (events.isListening) events.onEvent(WarningEvent(message()))
    }

    private fun start(text: String): String = text.take(MAX_SHOWN_BYTES)

    private companion object {
        const val JSON = "application/json"
        const val MAX_SHOWN_BYTES = 8 * 1024
        const val DEFAULT_BYTES = 4096L
        const val MAX_FIRST_BYTES = 1024L * 1024
    }
}

internal const val EVENT_STREAM = "text/event-stream"
