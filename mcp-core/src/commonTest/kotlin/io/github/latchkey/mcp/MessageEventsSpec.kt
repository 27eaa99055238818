package io.github.latchkey.mcp

import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.ExchangeContext
import io.github.latchkey.mcp.transport.Transport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

class MessageEventsSpec :
    FunSpec({
        class Listener(
            override val wantsMessages: Boolean,
        ) : McpEvents {
            val heard = mutableListOf<McpEvent>()

            /** Direction, method or `-`, id or `-`, exchange or `-`. */
            val messages: List<String>
                get() =
                    heard.filterIsInstance<MessageEvent>().map {
                        listOf(it.direction, it.method, it.id, it.exchange).joinToString(" ") { part -> part?.toString() ?: "-" }
                    }

            override fun onEvent(event: McpEvent) {
                heard += event
            }
        }

        suspend fun TestScope.session(transport: Transport, listener: Listener, block: suspend (McpSession) -> Unit) {
            val options =
                ClientOptions {
                    eraMemory(EraMemory())
                    timeSource(testScheduler.timeSource)
                    events(listener)
                    elicitation { ElicitationResult.decline() }
                }
            McpClient.connect(transport, options, block)
        }

        val progressing: suspend ServerCall.() -> String = {
            send("""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":${request.id},"progress":1}}""")
            """{"content":[]}"""
        }

        test("nobody is told of messages who does not ask") {
            runTest {
                val listener = Listener(wantsMessages = false)
                session(ScriptedServer(discovers, "tools/call" to progressing).transport(), listener) { it.callTool("t") }
                listener.messages.shouldBeEmpty()
            }
        }

        test("2026-07-28: requests, what belongs to them and responses are told of in order") {
            runTest {
                val listener = Listener(wantsMessages = true)
                session(ScriptedServer(discovers, "tools/call" to progressing).transport(), listener) { it.callTool("t") }
                listener.messages shouldBe
                    listOf(
                        "sent server/discover 1 1",
                        "received - 1 1",
                        "sent tools/call 2 2",
                        "received notifications/progress - 2",
                        "received - 2 2",
                    )
            }
        }

        test("session era: notifications of the client, requests of the server and their answers are told of") {
            runTest {
                val asking: suspend ServerCall.() -> String = {
                    send("""{"jsonrpc":"2.0","id":"q","method":"elicitation/create","params":{"message":"?","requestedSchema":{}}}""")
                    delay(10)
                    """{"content":[]}"""
                }
                val listener = Listener(wantsMessages = true)
                session(ScriptedServer(initializes(), "tools/call" to asking).transport(), listener) { it.callTool("t") }
                listener.messages shouldBe
                    listOf(
                        "sent server/discover 1 1",
                        "received - 1 1",
                        "sent initialize 2 2",
                        "received - 2 2",
                        "sent notifications/initialized - -",
                        "sent tools/call 3 3",
                        "received elicitation/create \"q\" 3",
                        "sent - \"q\" -",
                        "received - 3 3",
                    )
            }
        }

        test("the body is the message, and only the body") {
            runTest {
                val listener = Listener(wantsMessages = true)
                val answer: suspend ServerCall.() -> String = { """{"content":[],"x":[1.50,null]}""" }
                session(ScriptedServer(discovers, "tools/call" to answer).transport(), listener) {
                    it.callTool("t", JsonObject(mapOf("who" to JsonPrimitive("Zoë"))))
                }
                val (request, response) = listener.heard.filterIsInstance<MessageEvent>().takeLast(2)
                response.body.text shouldBe """{"jsonrpc":"2.0","id":2,"result":{"content":[],"x":[1.50,null]}}"""
                response.bytes shouldBe response.body.text.length
                request.bytes shouldBe request.body.text.length + 1
                request.toString() shouldNotContain "Zoë"
                request.fields.keys.toList() shouldBe listOf("direction", "method", "id", "exchange", "bytes", "body")
            }
        }

        test("a JSON-RPC error under a failing status is a message, and the exchange has failed") {
            val error = JsonRpcError(JsonRpcError.INVALID_PARAMS, "no")

            class Failing(
                private val inner: Connection,
            ) : Connection by inner {
                override suspend fun exchange(
                    request: JsonRpcRequest,
                    context: ExchangeContext,
                    onRelated: suspend (JsonRpcMessage) -> Unit,
                ): JsonRpcResponse {
                    if (request.method == "server/discover") return inner.exchange(request, context, onRelated)
                    val answer = HttpAnswer(400, bodyStart = "{}", jsonRpcError = error)
                    throw JsonRpcException("HTTP 400", error, FailureDetails(Phase.REQUEST, "http://h/", "read it", answer))
                }
            }
            runTest {
                val server = ScriptedServer(discovers)
                val transport =
                    object : Transport {
                        override val endpoint = "memory:failing"

                        override suspend fun open(scope: CoroutineScope, events: McpEvents) = Failing(
                            server.transport().open(scope, events),
                        )
                    }
                val listener = Listener(wantsMessages = true)
                val thrown = shouldThrow<JsonRpcException> { session(transport, listener) { it.callTool("t") } }
                thrown.trace.filterIsInstance<MessageEvent>().shouldBeEmpty()
                listener.messages.takeLast(2) shouldBe listOf("sent tools/call 2 2", "received - 2 2")
                val failure = listener.heard.filterIsInstance<ExchangeFailureEvent>().single()
                failure.fields shouldBe
                    mapOf(
                        "exchange" to JsonPrimitive(2),
                        "method" to "tools/call",
                        "code" to "jsonrpc",
                        "status" to 400,
                        "bodyStart" to "{}",
                    )
            }
        }

        test("what fails a handshake is told of, and kept out of the trace of the exception") {
            runTest {
                val listener = Listener(wantsMessages = true)
                val thrown = shouldThrow<JsonRpcException> { session(ScriptedServer().transport(), listener) { } }
                listener.messages shouldContain "sent initialize 2 2"
                thrown.trace.filterIsInstance<MessageEvent>().shouldBeEmpty()
            }
        }
    })
