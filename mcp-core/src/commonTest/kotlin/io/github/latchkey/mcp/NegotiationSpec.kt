package io.github.latchkey.mcp

import io.github.latchkey.mcp.ProtocolVersion.V2025_03_26
import io.github.latchkey.mcp.ProtocolVersion.V2025_11_25
import io.github.latchkey.mcp.ProtocolVersion.V2026_07_28
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.maps.shouldContainKey
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

class NegotiationSpec :
    FunSpec({
        fun options(vararg versions: ProtocolVersion, memory: EraMemory = EraMemory()) =
            ClientOptions {
                eraMemory(memory)
                if (versions.isNotEmpty()) protocolVersions(versions.toList())
            }

        fun unsupported(vararg supported: String): suspend ServerCall.() -> String =
            { throw refusal(-32022, """{"supported":[${supported.joinToString { "\"$it\"" }}]}""") }

        test("a stateless server is spoken to at once (VER-14)") {
            runTest {
                val server = ScriptedServer(discovers)
                McpClient.connect(server.transport(), options()) { session ->
                    session.protocolVersion shouldBe V2026_07_28
                    session.server.serverInfo!!.name shouldBe "s"
                    session.server.capabilities.tools!!.listChanged shouldBe false
                }
                server.methods shouldBe listOf("server/discover")
                server.received.shouldBeEmpty()
            }
        }

        test("every stateless request says in _meta what it is (STL-04, STL-05)") {
            runTest {
                val server = ScriptedServer(discovers, "tools/list" to { """{"tools":[]}""" })
                McpClient.connect(server.transport(), options()) { it.listTools() }
                server.requests.forEach {
                    val meta = it.params!!.toObject()!!["_meta"]!!.jsonObject
                    meta["io.modelcontextprotocol/protocolVersion"]!!.jsonPrimitive.content shouldBe "2026-07-28"
                    meta["io.modelcontextprotocol/clientCapabilities"] shouldBe JsonObject(emptyMap())
                    meta shouldContainKey "io.modelcontextprotocol/clientInfo"
                }
                server.requests.map { it.id }.distinct().size shouldBe 2
            }
        }

        test("a server of the session era gets initialize and notifications/initialized (VER-01, VER-05)") {
            runTest {
                val server = ScriptedServer(initializes())
                McpClient.connect(server.transport(), options()) { it.protocolVersion shouldBe V2025_11_25 }
                server.methods shouldBe listOf("server/discover", "initialize")
                server.received.map { (it as JsonRpcNotification).method } shouldBe listOf("notifications/initialized")
                val params = server.requests.last().params!!.toObject()!!
                params["protocolVersion"]!!.jsonPrimitive.content shouldBe "2025-11-25"
                params.keys shouldBe setOf("protocolVersion", "capabilities", "clientInfo")
            }
        }

        test("an older revision that the server settles on is taken (VER-03)") {
            runTest {
                McpClient.connect(ScriptedServer(initializes("2025-03-26")).transport(), options()) {
                    it.protocolVersion shouldBe
                        V2025_03_26
                }
            }
        }

        test("an unknown revision in the answer ends the connection (VER-04)") {
            runTest {
                val server = ScriptedServer(initializes("1999-01-01"))
                val failure = shouldThrow<UnsupportedVersionException> { McpClient.connect(server.transport(), options()) { } }
                failure.serverVersions shouldBe listOf("1999-01-01")
                failure.clientVersions shouldContain "2026-07-28"
                failure.code shouldBe ErrorCode.UNSUPPORTED_VERSION
                server.closed shouldBe 1
                server.received.shouldBeEmpty()
            }
        }

        test("-32022 that names the version just sent is repeated once (TRAP-01)") {
            runTest {
                var asked = 0
                val server = ScriptedServer("server/discover" to { if (asked++ == 0) unsupported("2026-07-28")() else DISCOVERED })
                McpClient.connect(server.transport(), options()) { it.protocolVersion shouldBe V2026_07_28 }
                asked shouldBe 2
            }
        }

        test("-32022 for ever is reported after one repetition (TRAP-01)") {
            runTest {
                val server = ScriptedServer("server/discover" to unsupported("2026-07-28"), initializes())
                shouldThrow<UnsupportedVersionException> { McpClient.connect(server.transport(), options()) { } }
                server.methods shouldBe listOf("server/discover", "server/discover")
            }
        }

        test("-32022 that names only newer revisions does not lead to initialize") {
            runTest {
                val server = ScriptedServer("server/discover" to unsupported("2099-01-01"), initializes())
                shouldThrow<UnsupportedVersionException> { McpClient.connect(server.transport(), options()) { } }.serverVersions shouldBe
                    listOf("2099-01-01")
                server.methods shouldBe listOf("server/discover")
            }
        }

        test("a client of the session era alone sends no server/discover") {
            runTest {
                val server = ScriptedServer(discovers, initializes())
                McpClient.connect(server.transport(), options(V2025_11_25)) { it.protocolVersion shouldBe V2025_11_25 }
                server.methods shouldBe listOf("initialize")
            }
        }

        test("a client of 2026-07-28 alone sends no initialize") {
            runTest {
                val server = ScriptedServer(initializes())
                shouldThrow<UnsupportedVersionException> { McpClient.connect(server.transport(), options(V2026_07_28)) { } }
                server.methods shouldBe listOf("server/discover")
            }
        }

        test("initialize refused with a list of versions is repeated with one of them (VER-10)") {
            runTest {
                val server =
                    ScriptedServer(
                        "initialize" to {
                            val asked = params["protocolVersion"]!!.jsonPrimitive.content
                            if (asked != "2025-03-26") throw refusal(-32602, """{"supported":["2025-03-26"],"requested":"$asked"}""")
                            initializes(asked).second(this)
                        },
                    )
                McpClient.connect(server.transport(), options()) { it.protocolVersion shouldBe V2025_03_26 }
                server.methods shouldBe listOf("server/discover", "initialize", "initialize")
            }
        }

        test("initialize refused as unsupported leads a client of both eras to server/discover (VER-18)") {
            runTest {
                val memory = EraMemory().apply { remember("memory:server") }
                val server = ScriptedServer(discovers, "initialize" to unsupported("2026-07-28"))
                McpClient.connect(server.transport(), options(memory = memory)) { it.protocolVersion shouldBe V2026_07_28 }
                server.methods shouldBe listOf("initialize", "server/discover")
            }
        }

        test("the era of an endpoint is remembered (VER-17)") {
            runTest {
                val server = ScriptedServer(initializes())
                val options = options()
                repeat(2) { McpClient.connect(server.transport(), options) { } }
                server.methods shouldBe listOf("server/discover", "initialize", "initialize")
            }
        }

        test("a remembered era that no longer holds is found out again (VER-17)") {
            runTest {
                val memory = EraMemory().apply { remember("memory:server") }
                val server = ScriptedServer(discovers)
                McpClient.connect(server.transport(), options(memory = memory)) { it.protocolVersion shouldBe V2026_07_28 }
                server.methods shouldBe listOf("initialize", "server/discover")
                memory.isSessionEra("memory:server") shouldBe false
            }
        }

        test("what failed first is told with what failed last") {
            runTest {
                val failure = shouldThrow<JsonRpcException> { McpClient.connect(ScriptedServer().transport(), options()) { } }
                failure.error.message shouldBe "no initialize"
                failure.suppressedExceptions.map { (it as JsonRpcException).error.message } shouldBe listOf("no server/discover")
                failure.trace.map { it.toString() } shouldBe listOf("negotiation asked=server/discover 2026-07-28 outcome=wants initialize")
            }
        }
    })

internal fun refusal(code: Int, data: String): McpException {
    val error = JsonRpcError(code, "refused", RawJson.parse(data))
    return JsonRpcException("refused", error, FailureDetails(Phase.CONNECT, null, "-", HttpAnswer(400, jsonRpcError = error)))
}
