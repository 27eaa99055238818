package io.github.latchkey.mcp

import io.github.latchkey.mcp.transport.InMemoryServer
import io.github.latchkey.mcp.transport.InMemoryTransport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.test.runTest

/** A server whose messages are not what they should be: whoever asked hears of it as `protocol`, the session lives on (section 7). */
class BadMessagesSpec :
    FunSpec({
        /** Answers with texts as they are, which need not be JSON below the envelope. */
        class Server(
            private val opening: Pair<String, String>,
            private val results: Map<String, String>,
            private val before: List<String> = emptyList(),
        ) : InMemoryServer {
            val received = mutableListOf<JsonRpcMessage>()

            override suspend fun respond(request: JsonRpcRequest, send: suspend (JsonRpcMessage) -> Unit): JsonRpcResponse {
                val result = if (request.method == opening.first) opening.second else results[request.method]
                if (request.method == "tools/call") before.forEach { send(JsonRpcMessage.parse(it)) }
                val answer = result?.let { """"result":$it""" } ?: """"error":{"code":-32601,"message":"no ${request.method}"}"""
                return JsonRpcMessage.parse("""{"jsonrpc":"2.0","id":${request.id},$answer}""") as JsonRpcResponse
            }

            override suspend fun receive(message: JsonRpcMessage) {
                received += message
            }

            override suspend fun close() = Unit
        }

        val stateless = "server/discover" to DISCOVERED
        val session =
            "initialize" to """{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"old","version":"0"}}"""
        val warnings = mutableListOf<String>()

        beforeTest { warnings.clear() }

        suspend fun connect(server: Server, use: suspend (McpSession) -> Unit) {
            val options =
                ClientOptions {
                    eraMemory(EraMemory())
                    elicitation { ElicitationResult.decline() }
                    tasks()
                    events { if (it is WarningEvent) warnings += it.message }
                }
            McpClient.connect(InMemoryTransport(server), options) { use(it) }
        }

        context("a result that is no JSON below its envelope fails its own request, and no other") {
            withData(
                "a word that is none" to """{"content":[{"type":"text","text":nul}]}""",
                "an escape that is none" to """{"content":[{"type":"text","text":"\x"}]}""",
                "half a UTF-16 escape" to """{"content":[{"type":"text","text":"\u12"}]}""",
                "a comma too many" to """{"content":[],}""",
                "a broken resultType" to """{"resultType":"\x","content":[]}""",
                "questions that are none" to """{"resultType":"input_required","inputRequests":{"a":{"method":nul}}}""",
                "a task that is none" to """{"resultType":"task","taskId":{}}""",
            ) { (_, result) ->
                runTest {
                    connect(Server(stateless, mapOf("tools/call" to result, "prompts/list" to """{"prompts":[]}"""))) {
                        val failure = shouldThrow<ProtocolException> { it.callTool("t") }
                        failure.code shouldBe ErrorCode.PROTOCOL
                        it.listPrompts().shouldBeEmpty()
                    }
                }
            }
        }

        context("and so does a list") {
            withData("tools", "resources", "resourceTemplates", "prompts") { key ->
                runTest {
                    val broken = """{"$key":[{"name":"\x"}]}"""
                    val methods = listOf("tools/list", "resources/list", "resources/templates/list", "prompts/list")
                    connect(Server(stateless, methods.associateWith { broken } + ("tools/call" to """{"content":[]}"""))) {
                        shouldThrow<ProtocolException> {
                            when (key) {
                                "tools" -> it.listTools()
                                "resources" -> it.listResources()
                                "prompts" -> it.listPrompts()
                                else -> it.listResourceTemplates()
                            }
                        }
                        it.callTool("t").content.shouldBeEmpty()
                    }
                }
            }
        }

        context("a notification that makes no sense is told of, and the call goes on") {
            withData(
                """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":"much"}}""",
                """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":nul}}""",
                """{"jsonrpc":"2.0","method":"notifications/progress","params":[1]}""",
                """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"\x"}}""",
                """{"jsonrpc":"2.0","method":"notifications/message","params":{"level":1}}""",
                """{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":7}}""",
                """{"jsonrpc":"2.0","method":"notifications/resources/updated"}""",
            ) { message ->
                runTest {
                    connect(Server(session, mapOf("tools/call" to """{"content":[]}"""), listOf(message))) {
                        it.callTool("t", options = RequestOptions { onProgress { } }).content.shouldBeEmpty()
                    }
                    warnings.size shouldBe 1
                }
            }
        }

        context("a request of the server that makes no sense is refused with -32602, and the call goes on (RPC-14)") {
            withData(
                """{"jsonrpc":"2.0","id":"q","method":"elicitation/create","params":{"message":nul}}""",
                """{"jsonrpc":"2.0","id":"q","method":"elicitation/create","params":["form"]}""",
                """{"jsonrpc":"2.0","id":"q","method":"elicitation/create"}""",
            ) { message ->
                runTest {
                    val server = Server(session, mapOf("tools/call" to """{"content":[]}"""), listOf(message))
                    connect(server) {
                        it.callTool("t").content.shouldBeEmpty()
                        testScheduler.advanceUntilIdle()
                    }
                    server.received.filterIsInstance<JsonRpcFailure>().map { it.error.code } shouldContainExactly listOf(-32602)
                }
            }
        }

        test("an acknowledgement of a subscription that makes no sense is told of, and what is asked for counts") {
            runTest {
                val subscription =
                    object : InMemoryServer {
                        override suspend fun respond(request: JsonRpcRequest, send: suspend (JsonRpcMessage) -> Unit): JsonRpcResponse {
                            if (request.method == "server/discover") return JsonRpcResult(request.id, RawJson.parse(DISCOVERED))
                            val acknowledged = "notifications/subscriptions/acknowledged"
                            send(JsonRpcMessage.parse("""{"jsonrpc":"2.0","method":"$acknowledged","params":{"notifications":7}}"""))
                            return JsonRpcResult(request.id, RawJson.parse("{}"))
                        }

                        override suspend fun receive(message: JsonRpcMessage) = Unit

                        override suspend fun close() = Unit
                    }
                val options =
                    ClientOptions {
                        eraMemory(EraMemory())
                        events { if (it is WarningEvent) warnings += it.message }
                    }
                McpClient.connect(InMemoryTransport(subscription), options) {
                    it.subscribe(SubscriptionFilter { toolsChanged() }).first()
                }
                warnings.single() shouldContain "acknowledged"
            }
        }

        test("of two requests of the server with one id each is answered, and a cancellation ends the later") {
            runTest {
                val question = """{"jsonrpc":"2.0","id":"q","method":"ping"}"""
                val server = Server(session, mapOf("tools/call" to """{"content":[]}"""), listOf(question, question))
                connect(server) {
                    it.callTool("t")
                    testScheduler.advanceUntilIdle()
                }
                server.received.filterIsInstance<JsonRpcResult>().size shouldBe 2
            }
        }
    })
