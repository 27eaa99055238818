package io.github.latchkey.mcp

import io.github.latchkey.mcp.transport.InMemoryServer
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.awaitCancellation
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import java.util.concurrent.CountDownLatch

/** A stateless server with the tools `echo`, which returns its arguments as text, `hang`, which never returns, `ask`, which asks the
 * person and returns the answer, and `tell`, which sends a notification first. */
class FakeServer : InMemoryServer {
    @JvmField val hanging = CountDownLatch(1)

    @JvmField val cancelled = CountDownLatch(1)

    @JvmField val closed = CountDownLatch(1)

    @Volatile
    @JvmField
    var thread = ""

    override suspend fun respond(request: JsonRpcRequest, send: suspend (JsonRpcMessage) -> Unit): JsonRpcResponse {
        thread = Thread.currentThread().name
        return when (request.method) {
            "server/discover" -> JsonRpcResult(request.id, RawJson.parse(DISCOVERED))
            "tools/list" -> JsonRpcResult(request.id, RawJson.parse("""{"tools":[{"name":"echo","inputSchema":{}}]}"""))
            "tools/call" -> call(request, send)
            else -> refused(request)
        }
    }

    override suspend fun close() = closed.countDown()

    private suspend fun call(request: JsonRpcRequest, send: suspend (JsonRpcMessage) -> Unit): JsonRpcResponse {
        val params = request.params!!.toObject()!!
        return when (params["name"]!!.jsonPrimitive.content) {
            "echo" -> JsonRpcResult(request.id, RawJson.of(text(params["arguments"] as JsonObject)))
            "hang" -> hang()
            "ask" -> ask(request, params)
            "tell" -> tell(request, send)
            else -> refused(request)
        }
    }

    private fun ask(request: JsonRpcRequest, params: JsonObject): JsonRpcResponse {
        val answers = params["inputResponses"] as? JsonObject
        val question = """{"method":"elicitation/create","params":{"message":"m","requestedSchema":{}}}"""
        val asks = RawJson.parse("""{"resultType":"input_required","inputRequests":{"k":$question}}""")
        return JsonRpcResult(request.id, if (answers == null) asks else RawJson.of(text(answers)))
    }

    private suspend fun tell(request: JsonRpcRequest, send: suspend (JsonRpcMessage) -> Unit): JsonRpcResponse {
        send(JsonRpcNotification("notifications/tools/list_changed", null))
        return JsonRpcResult(request.id, RawJson.parse("{}"))
    }

    private fun text(arguments: JsonObject) =
        buildJsonObject {
            putJsonArray("content") {
                addJsonObject {
                    put("type", "text")
                    put("text", JsonPrimitive(arguments.toString()))
                }
            }
        }

    private suspend fun hang(): Nothing {
        hanging.countDown()
        try {
            awaitCancellation()
        } catch (e: CancellationException) {
            cancelled.countDown()
            throw e
        }
    }

    private fun refused(request: JsonRpcRequest) = JsonRpcFailure(request.id, JsonRpcError(JsonRpcError.METHOD_NOT_FOUND, "no"))
}
