package io.github.latchkey.mcp

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** What servers ask of the client: as requests in the session era, in multi round-trip results in 2026-07-28. */
@OptIn(ExperimentalCoroutinesApi::class)
class ServerRequestsSpec :
    FunSpec({
        val form = """{"message":"who?","requestedSchema":{"type":"object","properties":{"name":{"type":"string","default":"x"}}}}"""

        fun TestScope.options(configure: ClientOptions.Builder.() -> Unit) =
            ClientOptions {
                eraMemory(EraMemory())
                timeSource(testScheduler.timeSource)
                configure()
            }

        /** A session-era server whose tool asks [method] with [params] and returns when the client has answered. */
        suspend fun TestScope.asked(method: String, params: String, configure: ClientOptions.Builder.() -> Unit): JsonRpcMessage {
            val asks: suspend ServerCall.() -> String = {
                send("""{"jsonrpc":"2.0","id":"q1","method":"$method","params":$params}""")
                delay(10)
                "{}"
            }
            val server = ScriptedServer(initializes(), "tools/call" to asks)
            McpClient.connect(server.transport(), options(configure)) { it.callTool("t") }
            return server.received.last()
        }

        context("session era") {
            test("a form is put to the person, and defaults are filled in (FEAT-55)") {
                runTest {
                    val reply =
                        asked("elicitation/create", form) {
                            elicitation { request ->
                                request.shouldBeInstanceOf<FormElicitation>().message shouldBe "who?"
                                ElicitationResult.accept(JsonObject(emptyMap()))
                            }
                        }
                    reply.encode() shouldBe """{"jsonrpc":"2.0","id":"q1","result":{"action":"accept","content":{"name":"x"}}}"""
                }
            }

            test("a no has no content") {
                runTest {
                    val reply = asked("elicitation/create", form) { elicitation { ElicitationResult.decline() } }
                    reply.shouldBeInstanceOf<JsonRpcResult>().result.text shouldBe """{"action":"decline"}"""
                }
            }

            test("a page is shown where pages are declared, else refused (FEAT-51)") {
                runTest {
                    val page = """{"mode":"url","message":"m","url":"https://h/","elicitationId":"e"}"""
                    val shown =
                        asked("elicitation/create", page) {
                            elicitation(withUrls = true) { request ->
                                request.shouldBeInstanceOf<UrlElicitation>().elicitationId shouldBe "e"
                                ElicitationResult.accept()
                            }
                        }
                    shown.shouldBeInstanceOf<JsonRpcResult>().result.text shouldBe """{"action":"accept"}"""
                    val refused = asked("elicitation/create", page) { elicitation { ElicitationResult.accept() } }
                    refused.shouldBeInstanceOf<JsonRpcFailure>().error.code shouldBe JsonRpcError.INVALID_PARAMS
                }
            }

            test("what is not declared is refused with -32601 (FEAT-41)") {
                runTest {
                    listOf(
                        "elicitation/create" to form,
                        "roots/list" to "{}",
                        "sampling/createMessage" to "{}",
                    ).forEach { (method, params) ->
                        asked(method, params) { }.shouldBeInstanceOf<JsonRpcFailure>().error.code shouldBe JsonRpcError.METHOD_NOT_FOUND
                    }
                }
            }

            test("roots are named") {
                runTest {
                    val reply = asked("roots/list", "{}") { roots { listOf(Root("file:///a", "A")) } }
                    reply.shouldBeInstanceOf<JsonRpcResult>().result.text shouldBe """{"roots":[{"uri":"file:///a","name":"A"}]}"""
                }
            }

            test("the model is asked, and its answer goes back") {
                runTest {
                    val reply =
                        asked(
                            "sampling/createMessage",
                            """{"messages":[{"role":"user","content":{"type":"text","text":"q"}}],"maxTokens":5}""",
                        ) {
                            sampling {
                                it.maxTokens shouldBe 5
                                SamplingResult("assistant", RawJson.parse("""{"type":"text","text":"a"}"""), "m", "endTurn")
                            }
                        }
                    reply.shouldBeInstanceOf<JsonRpcResult>().result.text shouldBe
                        """{"role":"assistant","content":{"type":"text","text":"a"},"model":"m","stopReason":"endTurn"}"""
                }
            }

            test("a person who says no to sampling is -1 (FEAT-44)") {
                runTest {
                    val reply =
                        asked("sampling/createMessage", """{"messages":[],"maxTokens":5}""") {
                            sampling { throw RequestRejectedException("private reason") }
                        }
                    val failure = reply.shouldBeInstanceOf<JsonRpcFailure>().error
                    failure.code shouldBe -1
                    failure.message shouldNotContain "private"
                }
            }

            test("tools in a sampling request need to be declared (FEAT-46)") {
                runTest {
                    val reply =
                        asked("sampling/createMessage", """{"messages":[],"maxTokens":5,"tools":[]}""") {
                            sampling { error("must not be asked") }
                        }
                    reply.shouldBeInstanceOf<JsonRpcFailure>().error.code shouldBe JsonRpcError.INVALID_PARAMS
                }
            }

            test("a handler that fails is -32603 without its inside, and the session goes on (RPC-14)") {
                runTest {
                    val reply = asked("roots/list", "{}") { roots { error("secret") } }
                    val failure = reply.shouldBeInstanceOf<JsonRpcFailure>().error
                    failure.code shouldBe JsonRpcError.INTERNAL_ERROR
                    failure.message shouldNotContain "secret"
                }
            }

            test("a form that is filled in wrongly does not go out (FEAT-53)") {
                runTest {
                    val reply =
                        asked("elicitation/create", form) {
                            elicitation { ElicitationResult.accept(JsonObject(mapOf("name" to JsonPrimitive(1)))) }
                        }
                    reply.shouldBeInstanceOf<JsonRpcFailure>().error.code shouldBe JsonRpcError.INTERNAL_ERROR
                }
            }

            test("a handler may call the session, and holds up nobody (FEAT-60)") {
                runTest {
                    lateinit var session: McpSession
                    val asks: suspend ServerCall.() -> String = {
                        send("""{"jsonrpc":"2.0","id":"q1","method":"roots/list"}""")
                        delay(10)
                        "{}"
                    }
                    val server = ScriptedServer(initializes(), "tools/call" to asks, "ping" to { "{}" })
                    val options =
                        options {
                            roots {
                                session.ping()
                                emptyList()
                            }
                        }
                    McpClient.connect(server.transport(), options) {
                        session = it
                        it.callTool("t")
                    }
                    server.received.last().encode() shouldContain """"roots":[]"""
                }
            }

            test("the time a person takes does not count") {
                runTest {
                    val reply = CompletableDeferred<Unit>()
                    val asks: suspend ServerCall.() -> String = {
                        send("""{"jsonrpc":"2.0","id":"q1","method":"elicitation/create","params":$form}""")
                        reply.await()
                        """{"content":[]}"""
                    }
                    val options =
                        options {
                            requestTimeoutMillis(1_000)
                            absoluteTimeoutMillis(2_000)
                            elicitation {
                                delay(60_000)
                                reply.complete(Unit)
                                ElicitationResult.decline()
                            }
                        }
                    McpClient.connect(ScriptedServer(initializes(), "tools/call" to asks).transport(), options) { it.callTool("t") }
                    currentTime shouldBe 60_000
                }
            }

            test("a request that the server cancels ends its handler, and gets no answer (HTTP-70)") {
                runTest {
                    val cancelled = CompletableDeferred<Unit>()
                    val asks: suspend ServerCall.() -> String = {
                        send("""{"jsonrpc":"2.0","id":"q1","method":"roots/list"}""")
                        yield()
                        send("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"q1"}}""")
                        cancelled.await()
                        "{}"
                    }
                    val server = ScriptedServer(initializes(), "tools/call" to asks)
                    val options =
                        options {
                            roots {
                                try {
                                    awaitCancellation()
                                } catch (e: CancellationException) {
                                    cancelled.complete(Unit)
                                    throw e
                                }
                            }
                        }
                    McpClient.connect(server.transport(), options) { it.callTool("t") }
                    server.received.filterIsInstance<JsonRpcResponse>().shouldBeEmpty()
                }
            }

            test("handlers are declared in initialize, and nothing else (FEAT-40)") {
                runTest {
                    val server = ScriptedServer(initializes())
                    val options =
                        options {
                            roots { emptyList() }
                            elicitation(withUrls = true) { ElicitationResult.cancel() }
                            sampling(withTools = true) { error("not asked") }
                        }
                    McpClient.connect(server.transport(), options) { }
                    server.requests.last().params!!.toObject()!!["capabilities"].toString() shouldBe
                        """{"roots":{"listChanged":true},"sampling":{"tools":{}},"elicitation":{"form":{},"url":{}}}"""
                }
            }
        }

        context("multi round-trip (MCP 2026-07-28)") {
            val question = """{"method":"elicitation/create","params":$form}"""
            val accepts: ClientOptions.Builder.() -> Unit = { elicitation { ElicitationResult.accept(JsonObject(emptyMap())) } }

            fun asksOnce(required: String): Pair<String, suspend ServerCall.() -> String> =
                "tools/call" to
                    { if ("inputResponses" in params || "requestState" in params) """{"content":[],"isError":true}""" else required }

            test("the questions are answered and the call is sent again, with a new id (STL-62, STL-66)") {
                runTest {
                    val state = """{\"a\": [1, \"é\"]}"""
                    val server =
                        ScriptedServer(
                            discovers,
                            asksOnce("""{"resultType":"input_required","inputRequests":{"k":$question},"requestState":"$state"}"""),
                        )
                    McpClient.connect(server.transport(), options(accepts)) { it.callTool("t").isError shouldBe true }
                    val (first, second) = server.requests.drop(1)
                    (first.id == second.id) shouldBe false
                    val params = second.params!!.toObject()!!
                    params["inputResponses"].toString() shouldBe """{"k":{"action":"accept","content":{"name":"x"}}}"""
                    params["requestState"].toString() shouldBe "\"$state\""
                    params["name"]!!.jsonPrimitive.content shouldBe "t"
                }
            }

            test("no state comes back where none came, also after a round that had one (STL-65)") {
                runTest {
                    var round = 0
                    val asks: suspend ServerCall.() -> String = {
                        when (round++) {
                            0 -> """{"resultType":"input_required","inputRequests":{"k":$question},"requestState":"s"}"""
                            1 -> """{"resultType":"input_required","inputRequests":{"k":$question}}"""
                            else -> """{"resultType":"complete","content":[]}"""
                        }
                    }
                    val server = ScriptedServer(discovers, "tools/call" to asks)
                    McpClient.connect(server.transport(), options(accepts)) { it.callTool("t") }
                    server.requests.drop(1).map { "requestState" in it.params!!.toObject()!! } shouldBe listOf(false, true, false)
                }
            }

            test("a server that sheds load is asked again after a pause that grows (STL-63)") {
                runTest {
                    var round = 0
                    val asks: suspend ServerCall.() -> String = {
                        if (round++ < 3) """{"resultType":"input_required","requestState":"s"}""" else """{"content":[]}"""
                    }
                    McpClient.connect(ScriptedServer(discovers, "tools/call" to asks).transport(), options { }) { it.callTool("t") }
                    currentTime shouldBe 100 + 200 + 400
                }
            }

            test("questions without end are not answered for ever") {
                runTest {
                    val asks: suspend ServerCall.() -> String = { """{"resultType":"input_required","requestState":"s"}""" }
                    McpClient.connect(ScriptedServer(discovers, "tools/call" to asks).transport(), options { }) { session ->
                        shouldThrow<ProtocolException> { session.callTool("t") }.message!! shouldContain "16 times"
                    }
                }
            }

            test("what was not declared fails the call here (STL-69)") {
                runTest {
                    val server = ScriptedServer(discovers, asksOnce("""{"resultType":"input_required","inputRequests":{"k":$question}}"""))
                    McpClient.connect(server.transport(), options { }) { session ->
                        shouldThrow<ProtocolException> { session.callTool("t") }.message!! shouldContain "elicitation/create"
                    }
                }
            }

            test("tools in a sampling that were not declared fail the call here (STL-72)") {
                runTest {
                    val sampling = """{"method":"sampling/createMessage","params":{"messages":[],"maxTokens":1,"tools":[]}}"""
                    val server = ScriptedServer(discovers, asksOnce("""{"resultType":"input_required","inputRequests":{"k":$sampling}}"""))
                    McpClient.connect(server.transport(), options { sampling { error("must not be asked") } }) { session ->
                        shouldThrow<ProtocolException> { session.callTool("t") }.message!! shouldContain "sampling/createMessage"
                    }
                    server.requests.size shouldBe 2
                }
            }

            test("input_required with neither questions nor a state is not a result (STL-61)") {
                runTest {
                    val server = ScriptedServer(discovers, "tools/call" to { """{"resultType":"input_required"}""" })
                    McpClient.connect(server.transport(), options { }) { session ->
                        shouldThrow<ProtocolException> { session.callTool("t") }.message!! shouldContain "asks for nothing"
                    }
                }
            }

            test("a refused sampling ends the call with the refusal (STL-70)") {
                runTest {
                    val sampling = """{"method":"sampling/createMessage","params":{"messages":[],"maxTokens":1}}"""
                    val server = ScriptedServer(discovers, asksOnce("""{"resultType":"input_required","inputRequests":{"k":$sampling}}"""))
                    McpClient.connect(server.transport(), options { sampling { throw RequestRejectedException("no") } }) { session ->
                        shouldThrow<RequestRejectedException> { session.callTool("t") }
                    }
                }
            }

            test("parallel calls do not share anything of their rounds (STL-67)") {
                runTest {
                    val asks: suspend ServerCall.() -> String = {
                        val who = params["name"]!!.jsonPrimitive.content
                        if ("requestState" in params) {
                            """{"content":[{"type":"text","text":"$who ${params["requestState"]!!.jsonPrimitive.content}"}]}"""
                        } else {
                            delay(5)
                            """{"resultType":"input_required","inputRequests":{"k":$question},"requestState":"state of $who"}"""
                        }
                    }
                    McpClient.connect(ScriptedServer(discovers, "tools/call" to asks).transport(), options(accepts)) { session ->
                        listOf("a", "b", "c").map { launch { session.callTool(it).text shouldBe "$it state of $it" } }.forEach { it.join() }
                    }
                }
            }

            test("a result of an unknown type is not a result (STL-25)") {
                runTest {
                    val server = ScriptedServer(discovers, "tools/call" to { """{"resultType":"hologram","content":[]}""" })
                    McpClient.connect(server.transport(), options { }) { session ->
                        shouldThrow<ProtocolException> { session.callTool("t") }.message!! shouldContain "hologram"
                    }
                }
            }

            test("input_required where it must not be is not a result (STL-60)") {
                runTest {
                    val server = ScriptedServer(
                        discovers,
                        "tools/list" to { """{"resultType":"input_required","requestState":"s","tools":[]}""" },
                    )
                    McpClient.connect(server.transport(), options { }) { session -> shouldThrow<ProtocolException> { session.listTools() } }
                }
            }

            test("a resultType inside the content is no resultType") {
                runTest {
                    val server = ScriptedServer(
                        discovers,
                        "tools/call" to { """{"content":[],"structuredContent":{"resultType":"input_required"}}""" },
                    )
                    McpClient.connect(server.transport(), options { }) {
                        it.callTool("t").structuredContent!!.text shouldContain
                            "input_required"
                    }
                }
            }

            test("handlers are declared with every request (STL-06)") {
                runTest {
                    val server = ScriptedServer(discovers, "tools/list" to { """{"tools":[]}""" })
                    val options =
                        options {
                            elicitation { ElicitationResult.cancel() }
                            roots { emptyList() }
                            extension("com.example/thing", RawJson.parse("""{"a":1}"""))
                        }
                    McpClient.connect(server.transport(), options) { it.listTools() }
                    server.requests.forEach {
                        it.params!!.toObject()!!["_meta"]!!.jsonObject["io.modelcontextprotocol/clientCapabilities"].toString() shouldBe
                            """{"roots":{},"elicitation":{"form":{}},"extensions":{"com.example/thing":{"a":1}}}"""
                    }
                }
            }

            test("the time a person takes does not count") {
                runTest {
                    val server = ScriptedServer(discovers, asksOnce("""{"resultType":"input_required","inputRequests":{"k":$question}}"""))
                    val slow: ClientOptions.Builder.() -> Unit = {
                        elicitation {
                            delay(3_600_000)
                            ElicitationResult.accept(JsonObject(emptyMap()))
                        }
                    }
                    McpClient.connect(server.transport(), options(slow)) { it.callTool("t").isError shouldBe true }
                    currentTime shouldBe 3_600_000
                }
            }
        }
    })
