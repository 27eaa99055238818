package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/**
 * What a server without a fault answers: a small one that speaks every revision and has every tool.
 *
 * @property message the JSON-RPC message of the answer; for a request that has none, some message
 */
internal class RightAnswer(val status: Int, val message: String, val headers: Map<String, String> = emptyMap()) {
    /** The `id` of [message]. */
    val id: JsonElement get() = (parseJsonOrNull(message) as? JsonObject)?.get("id") ?: JsonNull

    companion object {
        const val SESSION_ID = "session-of-the-fault-server"

        fun to(request: RecordedRequest): RightAnswer =
            when (request.method) {
                "GET" -> RightAnswer(405, """{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""")
                "DELETE" -> RightAnswer(204, NOTHING)
                else -> toPost(request)
            }

        private fun toPost(request: RecordedRequest): RightAnswer {
            val id = (request.json as? JsonObject)?.get("id") ?: return RightAnswer(202, NOTHING)
            return when (request.jsonRpcMethod) {
                "server/discover" -> result(id, DISCOVERED)
                "initialize" -> result(id, initialized(request), mapOf("Mcp-Session-Id" to SESSION_ID))
                "tools/list" -> result(id, """{"tools":[],"resultType":"complete","ttlMs":0,"cacheScope":"private"}""")
                "tools/call" -> result(id, """{"content":[{"type":"text","text":"${request.toolName}"}],"resultType":"complete"}""")
                else -> result(id, "{}")
            }
        }

        private fun result(id: JsonElement, result: String, headers: Map<String, String> = emptyMap()) =
            RightAnswer(200, """{"jsonrpc":"2.0","id":$id,"result":$result}""", headers)

        private fun initialized(request: RecordedRequest): String {
            val version = request.params?.get("protocolVersion") ?: JsonPrimitive("2025-11-25")
            return """{"protocolVersion":$version,"capabilities":{"tools":{}},"serverInfo":{"name":"faults","version":"1"}}"""
        }

        private const val NOTHING = """{"jsonrpc":"2.0","id":0,"result":{}}"""
        private const val DISCOVERED =
            """{"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},""" +
                """"resultType":"complete","ttlMs":0,"cacheScope":"private"}"""
    }
}

internal val RecordedRequest.params: JsonObject? get() = (json as? JsonObject)?.get("params") as? JsonObject

/** The tool that a `tools/call` is for. */
internal val RecordedRequest.toolName: String?
    get() = if (jsonRpcMethod == "tools/call") params?.string("name") else null
