package io.github.latchkey.mcp

import io.github.latchkey.mcp.transport.CallContext
import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.ExchangeContext
import io.github.latchkey.mcp.transport.Transport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.put

/** Tools over a transport that mirrors parameters, as Streamable HTTP does. */
class ToolboxSpec :
    FunSpec({
        class Mirroring(
            private val server: ScriptedServer,
            private val mirrors: Boolean = true,
        ) : Transport {
            val mirrored = mutableListOf<Map<String, String>>()
            val callContexts = mutableListOf<CallContext?>()
            override val endpoint = "memory:mirroring"

            override suspend fun open(scope: CoroutineScope, events: McpEvents): Connection {
                val inner = server.transport().open(scope, events)
                return object : Connection by inner {
                    override val mirrorsParameters = mirrors

                    override suspend fun exchange(
                        request: JsonRpcRequest,
                        context: ExchangeContext,
                        onRelated: suspend (JsonRpcMessage) -> Unit,
                    ): JsonRpcResponse {
                        if (request.method == "tools/call") {
                            mirrored += context.mirrored
                            callContexts += currentCoroutineContext()[CallContext]
                        }
                        return inner.exchange(request, context, onRelated)
                    }
                }
            }
        }

        fun tool(name: String, header: String) =
            """{"name":"$name","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"$header"}}}}"""

        fun lists(vararg tools: String): Pair<String, suspend ServerCall.() -> String> =
            "tools/list" to { """{"tools":[${tools.joinToString()}]}""" }

        val calls: Pair<String, suspend ServerCall.() -> String> = "tools/call" to { "{}" }

        fun options(events: McpEvents = McpEvents.NONE) =
            ClientOptions {
                eraMemory(EraMemory())
                events(events)
            }

        test("a tool that was listed has its annotated arguments mirrored (STL-31)") {
            runTest {
                val transport = Mirroring(ScriptedServer(discovers, calls, lists(tool("t", "Region"))))
                McpClient.connect(transport, options()) {
                    it.listTools()
                    it.callTool("t") { put("region", "eu") }
                }
                transport.mirrored shouldBe listOf(mapOf("Region" to "eu"))
            }
        }

        test("a tool that was never listed has nothing mirrored (STL-39)") {
            runTest {
                val transport = Mirroring(ScriptedServer(discovers, calls))
                McpClient.connect(transport, options()) { it.callTool("t") { put("region", "eu") } }
                transport.mirrored shouldBe listOf(emptyMap())
            }
        }

        test("a tool with an invalid annotation is left out with a warning, the others stay (STL-34, STL-36)") {
            runTest {
                val warnings = mutableListOf<String>()
                val server = ScriptedServer(discovers, lists(tool("good", "Region"), tool("bad", "Ré gion")))
                McpClient.connect(Mirroring(server), options { if (it is WarningEvent) warnings += it.message }) { session ->
                    session.listTools().map { it.name } shouldBe listOf("good")
                }
                warnings.single() shouldContain "bad"
            }
        }

        test("other transports leave annotations alone (STL-37)") {
            runTest {
                val server = ScriptedServer(discovers, lists(tool("bad", "Ré gion")))
                McpClient.connect(Mirroring(server, mirrors = false), options()) { it.listTools().size shouldBe 1 }
            }
        }

        test("so does the session era") {
            runTest {
                val transport = Mirroring(ScriptedServer(initializes(), calls, lists(tool("t", "Region"))))
                McpClient.connect(transport, options()) {
                    it.listTools()
                    it.callTool("t") { put("region", "eu") }
                }
                transport.mirrored shouldBe listOf(emptyMap())
            }
        }

        test("-32020 leads to one list and one more call (STL-40, AMB-12)") {
            runTest {
                var refused = 0
                val refuses: suspend ServerCall.() -> String = { if (refused++ == 0) throw refusal(-32020, "{}") else "{}" }
                val server = ScriptedServer(discovers, lists(tool("t", "Region")), "tools/call" to refuses)
                val transport = Mirroring(server)
                McpClient.connect(transport, options()) { it.callTool("t") { put("region", "eu") } }
                server.methods shouldBe listOf("server/discover", "tools/call", "tools/list", "tools/call")
                transport.mirrored shouldBe listOf(emptyMap(), mapOf("Region" to "eu"))
            }
        }

        test("-32020 for ever is reported after that") {
            runTest {
                val server = ScriptedServer(discovers, lists(), "tools/call" to { throw refusal(-32020, "{}") })
                McpClient.connect(Mirroring(server), options()) {
                    shouldThrow<JsonRpcException> { it.callTool("t") }.error.code shouldBe
                        -32020
                }
                server.methods.count { it == "tools/call" } shouldBe 2
            }
        }

        test("an argument that does not fit its header fails before anything is sent (TRAP-43)") {
            runTest {
                val server = ScriptedServer(discovers, calls, lists(tool("t", "Region")))
                McpClient.connect(Mirroring(server), options()) { session ->
                    session.listTools()
                    shouldThrow<IllegalArgumentException> { session.callTool("t") { put("region", 1) } }
                }
                server.methods.filter { it == "tools/call" }.shouldBeEmpty()
            }
        }

        context("CallContext") {
            val context = CallContext(mapOf("X-Tenant" to "a"), "alice")

            test("travels with the call from the coroutine context") {
                runTest {
                    val transport = Mirroring(ScriptedServer(discovers, calls))
                    McpClient.connect(transport, options()) { withContext(context) { it.callTool("t") } }
                    transport.callContexts shouldBe listOf(context)
                }
            }

            test("travels with the call from its options, which come first") {
                runTest {
                    val transport = Mirroring(ScriptedServer(discovers, calls))
                    McpClient.connect(transport, options()) {
                        withContext(CallContext(emptyMap())) {
                            it.callTool("t", JsonObject(emptyMap()), RequestOptions { callContext(context) })
                        }
                        it.callTool("t")
                    }
                    transport.callContexts shouldBe listOf(context, null)
                }
            }

            context("refuses what must not be sent, without showing the value") {
                withData(
                    "X" to "secret\r\nY: 1",
                    "X" to "secret\n",
                    "X" to "secret\u0000",
                    "X" to "secretü",
                    "X Y" to "secret",
                    "" to "secret",
                ) {
                    shouldThrow<IllegalArgumentException> { CallContext(mapOf(it)) }.message!! shouldNotContain "secret"
                }
            }

            test("does not show its values") {
                CallContext(mapOf("Authorization" to "secret")).toString() shouldNotContain "secret"
            }
        }
    })
