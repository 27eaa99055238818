package io.github.latchkey.mcp

import io.github.latchkey.mcp.transport.InMemoryServer
import io.github.latchkey.mcp.transport.InMemoryTransport
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** Looks at every message that reaches a [ScriptedServer], with the revision it is in. Set once, before the tests. */
internal var checkWire: (JsonRpcMessage, String) -> Unit = { _, _ -> }

/** A server that answers by method, and keeps what it was asked. A method it has no answer for is refused with -32601. */
internal class ScriptedServer(
    private vararg val answers: Pair<String, suspend ServerCall.() -> String>,
) : InMemoryServer {
    val requests = mutableListOf<JsonRpcRequest>()
    val received = mutableListOf<JsonRpcMessage>()
    var closed = 0
    val methods: List<String> get() = requests.map { it.method }

    // What the session of this server has agreed on; with no session each request says it itself.
    private var revision = "2025-11-25"

    fun transport() = InMemoryTransport(this)

    override suspend fun respond(request: JsonRpcRequest, send: suspend (JsonRpcMessage) -> Unit): JsonRpcResponse {
        requests += request
        checkWire(request, revisionOf(request))
        val answer = answers.lastOrNull { it.first == request.method }?.second
        val error = JsonRpcError(JsonRpcError.METHOD_NOT_FOUND, "no ${request.method}")
        return if (answer ==
            null
        ) {
            JsonRpcFailure(request.id, error)
        } else {
            val result = RawJson.parse(ServerCall(request, send).answer())
            if (request.method == "initialize") result.string("protocolVersion")?.let { revision = it }
            JsonRpcResult(request.id, result)
        }
    }

    private fun revisionOf(request: JsonRpcRequest): String {
        val meta = request.params?.toObject()?.get("_meta")?.let(RawJson::of)
        return meta?.string("io.modelcontextprotocol/protocolVersion") ?: revision
    }

    private fun RawJson.string(name: String): String? = (toObject()?.get(name) as? JsonPrimitive)?.content?.takeIf {
        ProtocolVersion.find(it) !=
            null
    }

    override suspend fun receive(message: JsonRpcMessage) {
        received += message
        checkWire(message, if (requests.none { it.method == "initialize" }) "2026-07-28" else revision)
    }

    override suspend fun close() {
        closed++
    }
}

internal class ServerCall(
    val request: JsonRpcRequest,
    private val sendMessage: suspend (JsonRpcMessage) -> Unit,
) {
    val params: JsonObject get() = request.params!!.toObject()!!

    suspend fun send(message: String) = sendMessage(JsonRpcMessage.parse(message))
}

internal const val DISCOVERED =
    """{"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},""" +
        """"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"s","version":"1"}}}"""

internal val discovers: Pair<String, suspend ServerCall.() -> String> = "server/discover" to { DISCOVERED }

internal fun initializes(version: String = "2025-11-25"): Pair<String, suspend ServerCall.() -> String> =
    "initialize" to { """{"protocolVersion":"$version","capabilities":{},"serverInfo":{"name":"old","version":"0"}}""" }
