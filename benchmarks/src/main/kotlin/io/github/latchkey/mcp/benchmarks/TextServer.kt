package io.github.latchkey.mcp.benchmarks

import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.JsonRpcResponse
import io.github.latchkey.mcp.transport.InMemoryServer
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** Answers with prepared text, which it parses each time, as a transport would. */
internal class TextServer : InMemoryServer {
    private val largeResult = Texts.callResult("0", Texts.MEBIBYTE).substringAfter("\"result\":")
    private val smallResult = Texts.callResult("0", 64).substringAfter("\"result\":")
    private val tools = Texts.tools(1_000) + "}"

    override suspend fun respond(request: JsonRpcRequest, send: suspend (JsonRpcMessage) -> Unit): JsonRpcResponse {
        val result =
            when (request.method) {
                "server/discover" -> DISCOVERED
                "tools/list" -> tools
                else -> call(request, send)
            }
        return JsonRpcMessage.parse("""{"jsonrpc":"2.0","id":${request.id},"result":$result""") as JsonRpcResponse
    }

    private suspend fun call(request: JsonRpcRequest, send: suspend (JsonRpcMessage) -> Unit): String {
        val params = request.params?.toObject() ?: JsonObject(emptyMap())
        when ((params["name"] as? JsonPrimitive)?.content) {
            "large" -> return largeResult

            "noisy" -> {
                val token = ((params["_meta"] as? JsonObject)?.get("progressToken") as? JsonPrimitive)?.content
                val text = Texts.PROGRESS.replace("\"progressToken\":1,", "\"progressToken\":$token,")
                repeat(NOTIFICATIONS) { send(JsonRpcMessage.parse(text)) }
            }
        }
        return smallResult
    }

    private companion object {
        const val NOTIFICATIONS = 1_000
        const val DISCOVERED = """{"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}}}"""
    }
}
