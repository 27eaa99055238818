package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.ExchangeFailureEvent
import io.github.latchkey.mcp.JsonRpcException
import io.github.latchkey.mcp.McpEvent
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.McpSession
import io.github.latchkey.mcp.MessageEvent
import io.github.latchkey.mcp.test.HttpFailure
import io.github.latchkey.mcp.test.JsonRpcFailure
import io.github.latchkey.mcp.test.LoopbackServer
import io.github.latchkey.mcp.test.ScriptedAnswer
import io.github.latchkey.mcp.test.ScriptedMcpServer
import io.github.latchkey.mcp.test.ToolResults
import io.github.latchkey.mcp.test.mcpServer
import io.github.latchkey.mcp.test.sseMcpServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainInOrder
import io.kotest.matchers.shouldBe
import io.ktor.server.application.Application
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.future.await as awaitFuture

/** Every message is told of over HTTP, whichever way it takes. */
class MessageEventsSpec : FunSpec({
    class Messages : McpEvents {
        val heard = CopyOnWriteArrayList<McpEvent>()
        override val wantsMessages: Boolean get() = true

        override fun onEvent(event: McpEvent) {
            heard += event
        }

        /** Direction, method, and whether it belongs to an exchange. */
        val told: List<String>
            get() =
                heard.filterIsInstance<MessageEvent>().map {
                    "${it.direction} ${it.method ?: "response"} ${if (it.exchange == null) "alone" else "with"}"
                }
    }

    fun server(never: CompletableFuture<JsonObject> = CompletableFuture()) =
        ScriptedMcpServer {
            tool("ask") { _, call ->
                call.notify("notifications/message", JsonObject(mapOf("level" to JsonPrimitive("info"), "data" to JsonPrimitive("x"))))
                call.request("ping", JsonObject(emptyMap()))
                ToolResults.text("asked")
            }
            tool("refuse") { _, _ -> throw JsonRpcFailure(-32000, "no", status = 400) }
            tool("break") { _, _ -> throw HttpFailure(ScriptedAnswer.of(503, "text/plain", "later"), "later") }
            tool("wait") { _, _ -> never.awaitFuture() }
        }

    suspend fun told(path: String, module: Application.() -> Unit, use: suspend (McpSession) -> Unit): Messages {
        val messages = Messages()
        LoopbackServer.start(module).use { OKHTTP_ENGINE.session(it.url + path, messages, block = use) }
        return messages
    }

    val asked =
        listOf(
            "sent tools/call with",
            "received notifications/message with",
            "received ping with",
            "sent response alone",
            "received response with",
        )

    test("what comes on the stream of an answer belongs to it") {
        val server = server()
        told("/mcp", { mcpServer(server) }) { it.callTool("ask") }.told shouldContainInOrder asked
    }

    test("what shares the one stream of HTTP+SSE names no request, and is told of, too") {
        val server = server()
        val told = told("/sse", { sseMcpServer(server) }) { it.callTool("ask") }.told
        told shouldContain "received ping alone"
        told shouldContain "received notifications/message alone"
        told.last() shouldBe "received response with"
    }

    test("an error under a failing status is a message, with the status") {
        val server = server()
        val messages = told("/mcp", { mcpServer(server) }) { shouldThrow<JsonRpcException> { it.callTool("refuse") } }
        messages.told.last() shouldBe "received response with"
        messages.heard.filterIsInstance<ExchangeFailureEvent>().last().status shouldBe 400
    }

    test("a status without a message says how the exchange ended") {
        val server = server()
        val messages = told("/mcp", { mcpServer(server) }) { shouldThrow<McpException> { it.callTool("break") } }
        val failure = messages.heard.filterIsInstance<ExchangeFailureEvent>().last()
        listOf(failure.method, failure.status, failure.bodyStart) shouldBe listOf("tools/call", 503, "later")
    }

    test("the notice of a cancelled call is told of") {
        val server = server()
        val messages =
            told("/mcp", { mcpServer(server) }) { session ->
                coroutineScope {
                    val call = launch { session.callTool("wait") }
                    server.awaitCalls(2)
                    call.cancelAndJoin()
                }
            }
        messages.told.last() shouldBe "sent notifications/cancelled with"
    }
})
