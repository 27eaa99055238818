package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.JsonRpcFailure
import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.JsonRpcResponse
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.ProtocolVersion
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
    suspend fun read(answer: ReceivedAnswer): JsonRpcResponse =
        when (answer.mediaType) {
            "application/json" -> readJson(answer)
            "text/event-stream" -> readStream(answer)
            else -> throw otherContent(answer)
        }.also { answer.call.isInFlight = false }

    private suspend fun readJson(answer: ReceivedAnswer): JsonRpcResponse {
        val announced = answer.contentLength
        if (announced != null && announced > maxMessageBytes) throw answer.tooLarge(maxMessageBytes)
        // One byte more than announced, so that the end is found without growing.
        val bytes = ByteAccumulator((announced ?: DEFAULT_BYTES).coerceIn(0, MAX_FIRST_BYTES).toInt() + 1)
        answer.body.readTo(bytes, maxMessageBytes)
        if (bytes.size > maxMessageBytes) throw answer.tooLarge(maxMessageBytes)
        answer.call.isInFlight = false
        val text = bytes.decode()
        // Not every engine reports that a body ended early.
        if (announced != null && bytes.size < announced) throw answer.protocol("only ${bytes.size} of $announced bytes", start(text))
        if (text.isBlank()) throw answer.notMcp("HTTP ${answer.status} and an empty body", bodyStart = null)
        for (message in parse(text, answer)) {
            if (message is JsonRpcResponse) {
                if (answers(message)) return message
                throw answer.protocol("the response to another request (id ${message.id})", start(text))
            }
            onRelated(message)
        }
        throw answer.protocol("messages, but no response", start(text))
    }

    private fun parse(text: String, answer: ReceivedAnswer): List<JsonRpcMessage> =
        try {
            parseMessages(text, answer)
        } catch (e: SerializationException) {
            throw answer.protocol("what is not JSON-RPC: ${problem(e)}", start(text), e)
        }

    // Batches exist in 2025-03-26 alone (MCP 2025-03-26, Base Protocol, Batching).
    private fun parseMessages(text: String, answer: ReceivedAnswer): List<JsonRpcMessage> =
        if (answer.call.context.version ==
            ProtocolVersion.V2025_03_26
        ) {
            JsonRpcMessage.parseBatch(text)
        } else {
            listOf(JsonRpcMessage.parse(text))
        }

    private suspend fun readStream(answer: ReceivedAnswer): JsonRpcResponse {
        val parser = SseParser(maxMessageBytes)
        val chunk = ByteArray(CHUNK_BYTES)
        while (true) {
            val count = answer.body.read(chunk)
            if (count < 0) {
                answer.call.isInFlight = false
                throw answer.protocol("an event stream that ended without the response")
            }
            parser.feed(chunk, count)
            while (true) {
                val event = nextEvent(parser, answer) ?: break
                if (event.isMessage) findResponse(event, answer)?.let { return it }
            }
        }
    }

    private fun nextEvent(parser: SseParser, answer: ReceivedAnswer): ServerSentEvent? =
        try {
            parser.next()
        } catch (_: EventTooLargeException) {
            throw answer.tooLarge(maxMessageBytes)
        }

    private suspend fun findResponse(event: ServerSentEvent, answer: ReceivedAnswer): JsonRpcResponse? {
        val messages =
            try {
                parseMessages(event.data, answer)
            } catch (e: SerializationException) {
                warn { "an event of ${request.method} was left out, as it is not JSON-RPC: ${problem(e)}" }
                return null
            }
        var response: JsonRpcResponse? = null
        for (message in messages) {
            when {
                message !is JsonRpcResponse -> onRelated(message)

                answers(message) -> response = message

                else -> warn {
                    "a response to another request (id ${message.id}) came on the stream of ${request.method}, and was left out"
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

    /** The parser's complaint without the piece of the message that it may repeat. */
    private fun problem(e: SerializationException): String = oneLine(e.message.orEmpty().lineSequence().first())

    private companion object {
        const val CHUNK_BYTES = 8 * 1024
        const val MAX_SHOWN_BYTES = 8 * 1024
        const val DEFAULT_BYTES = 4096L
        const val MAX_FIRST_BYTES = 1024L * 1024
    }
}
