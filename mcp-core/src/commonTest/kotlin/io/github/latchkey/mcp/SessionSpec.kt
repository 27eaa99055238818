package io.github.latchkey.mcp

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put

@OptIn(ExperimentalCoroutinesApi::class)
class SessionSpec :
    FunSpec({
        suspend fun TestScope.session(
            vararg answers: Pair<String, suspend ServerCall.() -> String>,
            events: McpEvents = McpEvents.NONE,
            block: suspend (McpSession, ScriptedServer) -> Unit,
        ) {
            val server = ScriptedServer(*answers)
            val options =
                ClientOptions {
                    eraMemory(EraMemory())
                    timeSource(testScheduler.timeSource)
                    events(events)
                }
            McpClient.connect(server.transport(), options) { block(it, server) }
        }

        fun called(result: String): Pair<String, suspend ServerCall.() -> String> = "tools/call" to { result }

        context("listTools") {
            val schema = """{"type":"object","x-unknown":[1,{"${'$'}defs":{}}]}"""
            val tool = """{"name":"t%d","title":"T","description":"d","inputSchema":$schema,"annotations":{"readOnlyHint":true}}"""

            test("returns the tools of all pages") {
                runTest {
                    val pages: suspend ServerCall.() -> String = {
                        when (params["cursor"]?.jsonPrimitive?.contentOrNull) {
                            null -> """{"tools":[${tool.format(1)}],"nextCursor":""}"""
                            "" -> """{"tools":[${tool.format(2)}],"nextCursor":"c"}"""
                            else -> """{"tools":[${tool.format(3)}]}"""
                        }
                    }
                    session(discovers, "tools/list" to pages) { session, _ ->
                        session.listTools().map { it.name } shouldBe listOf("t1", "t2", "t3")
                    }
                }
            }

            test("keeps every keyword of a schema (FEAT-15)") {
                runTest {
                    session(discovers, "tools/list" to { """{"tools":[${tool.format(1)}]}""" }) { session, _ ->
                        val found = session.listTools().single()
                        found.inputSchema.text shouldBe schema
                        found.displayName shouldBe "T"
                        found.annotations!!.readOnlyHint shouldBe true
                        found.annotations.destructiveHint shouldBe true
                        found.toJson() shouldContain """"readOnlyHint":true"""
                    }
                }
            }

            test("stops at a cursor that repeats (FEAT-73)") {
                runTest {
                    session(discovers, "tools/list" to { """{"tools":[],"nextCursor":"same"}""" }) { session, server ->
                        shouldThrow<ProtocolException> { session.listTools() }.message!! shouldContain "repeats"
                        server.methods.size shouldBe 3
                    }
                }
            }

            test("stops after a thousand pages (FEAT-73)") {
                runTest {
                    var page = 0
                    session(discovers, "tools/list" to { """{"tools":[],"nextCursor":"${page++}"}""" }) { session, _ ->
                        shouldThrow<ProtocolException> { session.listTools() }
                        page shouldBe 1000
                    }
                }
            }

            test("a result that is none is the server's fault") {
                runTest {
                    session(discovers, "tools/list" to { """{"tools":{}}""" }) { session, _ ->
                        shouldThrow<ProtocolException> { session.listTools() }.code shouldBe ErrorCode.PROTOCOL
                    }
                }
            }
        }

        context("callTool") {
            test("sends the arguments as they are, null included (RPC-10)") {
                runTest {
                    session(discovers, called("{}")) { session, server ->
                        session.callTool("add") {
                            put("a", 1)
                            put("b", JsonNull)
                        }
                        val params = server.requests.last().params!!.toObject()!!
                        params["name"]!!.jsonPrimitive.content shouldBe "add"
                        params["arguments"].toString() shouldBe """{"a":1,"b":null}"""
                    }
                }
            }

            test("returns every kind of content, and one it does not know as it came (FEAT-08)") {
                runTest {
                    val blocks =
                        """{"type":"text","text":"a"},{"type":"image","data":"AA==","mimeType":"image/png"},""" +
                            """{"type":"audio","data":"","mimeType":"audio/wav"},""" +
                            """{"type":"resource_link","uri":"f:///x","name":"x","size":3},""" +
                            """{"type":"resource","resource":{"uri":"f:///x","text":"t"}},""" +
                            """{"type":"hologram","depth":[1],"_meta":{"k":1}}"""
                    session(discovers, called("""{"content":[$blocks]}""")) { session, _ ->
                        val result = session.callTool("t")
                        result.content.map { it.type } shouldBe listOf("text", "image", "audio", "resource_link", "resource", "hologram")
                        result.text shouldBe "a"
                        val unknown = result.content.last().shouldBeInstanceOf<UnknownContent>()
                        unknown.raw.text shouldBe """{"type":"hologram","depth":[1],"_meta":{"k":1}}"""
                        unknown.meta!!.text shouldBe """{"k":1}"""
                        val written = RawJson.parse(result.toJson()).toObject()!!["content"]!!.jsonArray
                        written.map { it.jsonObject["type"]!!.jsonPrimitive.content } shouldBe result.content.map { it.type }
                    }
                }
            }

            context("tells structured content that is null from none (TRAP-20)") {
                withData(
                    """{"content":[],"structuredContent":null}""" to "null",
                    """{"content":[],"structuredContent":{"n":1.50}}""" to """{"n":1.50}""",
                    """{"content":[]}""" to null,
                ) { (result, structured) ->
                    runTest {
                        session(discovers, called(result)) { session, _ ->
                            session.callTool("t").structuredContent?.text shouldBe structured
                        }
                    }
                }
            }

            test("a result with isError is a result (FEAT-06)") {
                runTest {
                    session(discovers, called("""{"content":[{"type":"text","text":"bad"}],"isError":true}""")) { session, _ ->
                        session.callTool("t").isError shouldBe true
                    }
                }
            }

            test("an error of the server carries its code, message and data (RPC-08)") {
                runTest {
                    session(discovers, "tools/call" to { throw refusal(-32602, """{"why":"unknown tool"}""") }) { session, _ ->
                        val failure = shouldThrow<JsonRpcException> { session.callTool("t") }
                        failure.error.code shouldBe -32602
                        failure.error.data!!.text shouldBe """{"why":"unknown tool"}"""
                    }
                }
            }

            test("hears the progress of its own call only, in order (FEAT-34)") {
                runTest {
                    val steps: suspend ServerCall.() -> String = {
                        val token = params["_meta"]!!.jsonObject["progressToken"]!!.jsonPrimitive.content
                        listOf(token to 1, "999" to 7, "\"$token\"" to 8, token to 2).forEach { (of, at) ->
                            val params = """{"progressToken":$of,"progress":$at,"total":2,"message":"m"}"""
                            send("""{"jsonrpc":"2.0","method":"notifications/progress","params":$params}""")
                        }
                        "{}"
                    }
                    session(discovers, "tools/call" to steps) { session, _ ->
                        val heard = mutableListOf<Progress>()
                        session.callTool("t", JsonObject(emptyMap()), RequestOptions { onProgress { heard += it } })
                        heard.map { it.progress } shouldBe listOf(1.0, 2.0)
                        heard.first().message shouldBe "m"
                    }
                }
            }

            test("asks for no progress when nobody listens") {
                runTest {
                    session(discovers, called("{}")) { session, server ->
                        session.callTool("t")
                        (server.requests.last().params!!.toObject()!!["_meta"]!!.jsonObject["progressToken"]) shouldBe null
                    }
                }
            }
        }

        context("deadlines") {
            test("a silent server ends in a timeout that names the silence") {
                runTest {
                    session(discovers, "tools/call" to { awaitCancellation() }) { session, _ ->
                        val failure = shouldThrow<RequestTimeoutException> { session.callTool("t") }
                        failure.deadline shouldBe "silence"
                        failure.limitMillis shouldBe 60_000
                        failure.phase shouldBe Phase.REQUEST
                        currentTime shouldBe 60_000
                    }
                }
            }

            test("progress keeps a call alive, but not beyond the absolute limit (HTTP-72)") {
                runTest {
                    val endless: suspend ServerCall.() -> String = {
                        while (true) {
                            delay(50_000)
                            send("""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":0,"progress":1}}""")
                        }
                        @Suppress("UNREACHABLE_CODE")
                        "{}"
                    }
                    session(discovers, "tools/call" to endless) { session, _ ->
                        val failure = shouldThrow<RequestTimeoutException> { session.callTool("t") }
                        failure.deadline shouldBe "absolute"
                        currentTime shouldBe 1_800_000
                    }
                }
            }

            test("one call may have its own limits") {
                runTest {
                    session(discovers, "tools/call" to { awaitCancellation() }) { session, _ ->
                        shouldThrow<RequestTimeoutException> {
                            session.callTool("t", JsonObject(emptyMap()), RequestOptions { requestTimeoutMillis(5) })
                        }
                        currentTime shouldBe 5
                    }
                }
            }
        }

        context("messages from the server") {
            test("a ping of the session era is answered (FEAT-36)") {
                runTest {
                    val pings: suspend ServerCall.() -> String = {
                        send("""{"jsonrpc":"2.0","id":"p","method":"ping"}""")
                        delay(1)
                        "{}"
                    }
                    session(initializes(), "tools/call" to pings) { session, server ->
                        session.callTool("t")
                        server.received.last().encode() shouldBe """{"jsonrpc":"2.0","id":"p","result":{}}"""
                    }
                }
            }

            test("an unknown request of the session era is refused with -32601 (RPC-14)") {
                runTest {
                    val asks: suspend ServerCall.() -> String = {
                        send("""{"jsonrpc":"2.0","id":5,"method":"roots/list"}""")
                        delay(1)
                        "{}"
                    }
                    session(initializes(), "tools/call" to asks) { session, server ->
                        session.callTool("t")
                        server.received.last().shouldBeInstanceOf<JsonRpcFailure>().error.code shouldBe JsonRpcError.METHOD_NOT_FOUND
                    }
                }
            }

            test("a request in 2026-07-28 is reported and never answered (STL-17)") {
                runTest {
                    val warnings = mutableListOf<McpEvent>()
                    val asks: suspend ServerCall.() -> String = {
                        send("""{"jsonrpc":"2.0","id":5,"method":"ping"}""")
                        "{}"
                    }
                    session(discovers, "tools/call" to asks, events = { if (it is WarningEvent) warnings += it }) { session, server ->
                        session.callTool("t")
                        server.received.shouldBeEmpty()
                        warnings.single().toString() shouldContain "ping"
                    }
                }
            }
        }

        context("ping") {
            test("is server/discover in 2026-07-28, which has no ping (STL-12)") {
                runTest {
                    session(discovers) { session, server ->
                        session.ping()
                        server.methods shouldBe listOf("server/discover", "server/discover")
                        session.discover().supportedVersions shouldBe listOf("2026-07-28")
                    }
                }
            }

            test("is ping in the session era, where discover is a mistake") {
                runTest {
                    session(initializes(), "ping" to { "{}" }) { session, server ->
                        session.ping()
                        server.methods.last() shouldBe "ping"
                        shouldThrow<IllegalStateException> { session.discover() }
                    }
                }
            }
        }
    })
