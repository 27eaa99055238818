package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.JsonRpcError
import io.github.latchkey.mcp.JsonRpcFailure
import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcNotification
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.JsonRpcResult
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.RequestId
import kotlinx.serialization.SerializationException

/** Reads JSON-RPC envelopes (MCP, Base Protocol, Messages); `params`, `result` and `data` stay undecoded. */
internal object JsonRpcReader {
    fun read(text: String): JsonRpcMessage {
        val scanner = JsonScanner(text)
        val envelope = Envelope(text, scanner)
        requireEnd(scanner, text, envelope.read(scanner.skipSpace(0)))
        return envelope.toMessage()
    }

    fun readBatch(text: String): List<JsonRpcMessage> {
        val scanner = JsonScanner(text)
        val start = scanner.skipSpace(0)
        if (scanner.charAt(start) != '[') return listOf(read(text))
        return buildList {
            val end = scanner.forEachElement(start) { from, _ -> add(Envelope(text, scanner).also { it.read(from) }.toMessage()) }
            requireEnd(scanner, text, end)
            if (isEmpty()) throw SerializationException("a batch without messages")
        }
    }

    private fun requireEnd(scanner: JsonScanner, text: String, end: Int) {
        if (scanner.skipSpace(end) != text.length) throw SerializationException("something follows the JSON value at offset $end")
    }

    /** Where the members of a message stand. */
    private class Envelope(
        private val text: String,
        private val scanner: JsonScanner,
    ) {
        /** A start and an end for each of [MEMBERS]; both 0 for one that is absent. */
        private val bounds = IntArray(MEMBERS.size * 2)

        /** The position behind the message that begins at [start]. */
        fun read(start: Int): Int =
            scanner.forEachMember(start) { nameStart, nameEnd, from, to ->
                for (member in MEMBERS.indices) {
                    if (scanner.isName(nameStart, nameEnd, MEMBERS[member])) {
                        set(member, from, to)
                        break
                    }
                }
            }

        // Two peers that read a repeated member differently would see two different messages.
        private fun set(member: Int, from: Int, to: Int) {
            if (has(member)) throw SerializationException("'${MEMBERS[member]}' stands twice in a message")
            bounds[member * 2] = from
            bounds[member * 2 + 1] = to
        }

        fun toMessage(): JsonRpcMessage {
            if (!isLiteral(VERSION, "\"2.0\"")) throw SerializationException("'jsonrpc' is not \"2.0\"")
            return when {
                has(METHOD) -> call(method())
                !isAbsentOrNull(ERROR) -> failure()
                !has(RESULT) -> throw SerializationException("neither method, result nor error")
                else -> JsonRpcResult(requireId("a response"), raw(RESULT))
            }
        }

        private fun failure(): JsonRpcMessage {
            if (!isAbsentOrNull(RESULT)) throw SerializationException("a response has both a result and an error")
            return JsonRpcFailure(idOrNull(), raw(ERROR).decodeWire(JsonRpcError.serializer()))
        }

        private fun call(method: String): JsonRpcMessage {
            val arguments = if (isAbsentOrNull(PARAMS)) null else raw(PARAMS)
            return if (has(ID)) JsonRpcRequest(requireId("a request"), method, arguments) else JsonRpcNotification(method, arguments)
        }

        private fun method(): String = if (isLiteral(METHOD, PROGRESS_LITERAL)) PROGRESS else stringOf(METHOD)

        private fun requireId(what: String): RequestId = idOrNull() ?: throw SerializationException("$what without an id")

        private fun idOrNull(): RequestId? =
            when {
                isAbsentOrNull(ID) -> null
                text[start(ID)] == '"' -> RequestId.of(stringOf(ID))
                else -> RequestId.of(number(ID) ?: throw SerializationException("the id is neither a string nor an integer"))
            }

        private fun number(member: Int): Long? = text.substring(start(member), end(member)).toLongOrNull()

        private fun stringOf(member: Int): String {
            if (text[start(member)] != '"') throw SerializationException("'${MEMBERS[member]}' is not a string")
            return scanner.unescape(start(member), end(member))
        }

        private fun raw(member: Int): RawJson = RawJson.slice(text, start(member), end(member))

        private fun start(member: Int): Int = bounds[member * 2]

        private fun end(member: Int): Int = bounds[member * 2 + 1]

        private fun has(member: Int): Boolean = end(member) > 0

        private fun isLiteral(member: Int, literal: String): Boolean =
            has(member) && scanner.isLiteral(start(member), end(member), literal)

        private fun isAbsentOrNull(member: Int): Boolean = !has(member) || isLiteral(member, "null")
    }

    private val MEMBERS = arrayOf("jsonrpc", "id", "method", "params", "result", "error")
    private const val VERSION = 0
    private const val ID = 1
    private const val METHOD = 2
    private const val PARAMS = 3
    private const val RESULT = 4
    private const val ERROR = 5

    // By far the most frequent of them.
    private const val PROGRESS = "notifications/progress"
    private const val PROGRESS_LITERAL = "\"$PROGRESS\""
}
