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
        val start = scanner.skipSpace(0)
        return readAt(scanner, text, start) { end -> requireEnd(scanner, text, end) }
    }

    fun readBatch(text: String): List<JsonRpcMessage> {
        val scanner = JsonScanner(text)
        val start = scanner.skipSpace(0)
        if (scanner.charAt(start) != '[') return listOf(read(text))
        return buildList {
            val end = scanner.forEachElement(start) { from, _ -> add(readAt(scanner, text, from) {}) }
            requireEnd(scanner, text, end)
            if (isEmpty()) throw SerializationException("a batch without messages")
        }
    }

    private inline fun readAt(scanner: JsonScanner, text: String, start: Int, onEnd: (Int) -> Unit): JsonRpcMessage {
        val envelope = Envelope()
        val end =
            scanner.forEachMember(start) { name, from, to ->
                envelope.set(name, RawJson.slice(text, from, to))
            }
        onEnd(end)
        return envelope.toMessage()
    }

    private fun requireEnd(scanner: JsonScanner, text: String, end: Int) {
        if (scanner.skipSpace(end) != text.length) throw SerializationException("something follows the JSON value at offset $end")
    }

    private class Envelope {
        private var version: RawJson? = null
        private var id: RawJson? = null
        private var method: RawJson? = null
        private var params: RawJson? = null
        private var result: RawJson? = null
        private var error: RawJson? = null

        fun set(name: String, value: RawJson) {
            when (name) {
                "jsonrpc" -> version = once(name, version, value)
                "id" -> id = once(name, id, value)
                "method" -> method = once(name, method, value)
                "params" -> params = once(name, params, value)
                "result" -> result = once(name, result, value)
                "error" -> error = once(name, error, value)
            }
        }

        // Two peers that read a repeated member differently would see two different messages.
        private fun once(name: String, before: RawJson?, value: RawJson): RawJson =
            if (before == null) value else throw SerializationException("'$name' stands twice in a message")

        fun toMessage(): JsonRpcMessage {
            if (version?.text != "\"2.0\"") throw SerializationException("'jsonrpc' is not \"2.0\"")
            val called = method
            val failure = error?.takeUnless { it.text == "null" }
            return when {
                called != null -> call(stringOf(called, "method"))
                failure != null && result.isAbsentOrNull() -> JsonRpcFailure(idOrNull(), failure.decode(JsonRpcError.serializer()))
                failure != null -> throw SerializationException("a response has both a result and an error")
                else -> JsonRpcResult(requireId("a response"), result ?: throw SerializationException("neither method, result nor error"))
            }
        }

        private fun call(method: String): JsonRpcMessage {
            val arguments = params?.takeUnless { it.text == "null" }
            return if (id == null) JsonRpcNotification(method, arguments) else JsonRpcRequest(requireId("a request"), method, arguments)
        }

        private fun RawJson?.isAbsentOrNull() = this == null || text == "null"

        private fun requireId(what: String): RequestId = idOrNull() ?: throw SerializationException("$what without an id")

        private fun idOrNull(): RequestId? {
            val raw = id ?: return null
            val text = raw.text
            return when {
                text == "null" -> null
                text.startsWith('"') -> RequestId.of(stringOf(raw, "id"))
                else -> RequestId.of(text.toLongOrNull() ?: throw SerializationException("the id is neither a string nor an integer"))
            }
        }

        private fun stringOf(value: RawJson, name: String): String {
            val text = value.text
            if (!text.startsWith('"')) throw SerializationException("'$name' is not a string")
            return if (text.indexOf('\\') < 0) text.substring(1, text.length - 1) else McpJson.decodeFromString<String>(text)
        }
    }
}
