package io.github.latchkey.mcp

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** Resources, prompts, completion, logging and what servers tell of their own accord. */
class FeaturesSpec :
    FunSpec({
        suspend fun session(
            vararg answers: Pair<String, suspend ServerCall.() -> String>,
            block: suspend (McpSession, ScriptedServer) -> Unit,
        ) {
            val server = ScriptedServer(*answers)
            McpClient.connect(server.transport(), ClientOptions { eraMemory(EraMemory()) }) { block(it, server) }
        }

        fun ScriptedServer.params() = requests.last().params!!.toObject()!! - "_meta"

        test("resources are listed, page by page") {
            runTest {
                val pages: suspend ServerCall.() -> String = {
                    if (params["cursor"] == null) {
                        """{"resources":[{"uri":"f:///a","name":"a"}],"nextCursor":"n"}"""
                    } else {
                        """{"resources":[{"uri":"f:///b","name":"b","title":"B","size":3}]}"""
                    }
                }
                session(discovers, "resources/list" to pages) { session, _ ->
                    session.listResources().map { it.displayName } shouldBe listOf("a", "B")
                }
            }
        }

        test("resource templates are listed") {
            runTest {
                session(
                    discovers,
                    "resources/templates/list" to {
                        """{"resourceTemplates":[{"uriTemplate":"f:///{x}","name":"x"}]}"""
                    },
                ) { session, _ ->
                    session.listResourceTemplates().single().uriTemplate shouldBe "f:///{x}"
                }
            }
        }

        test("a resource is read, the URI as it is, with all its contents (FEAT-22)") {
            runTest {
                val contents = """{"contents":[{"uri":"f:///a%20b","text":"t"},{"uri":"f:///a%20b#2","blob":"AA=="}]}"""
                session(discovers, "resources/read" to { contents }) { session, server ->
                    session.readResource("f:///a%20b").contents.map { it.text ?: it.blob } shouldBe listOf("t", "AA==")
                    server.params()["uri"]!!.jsonPrimitive.content shouldBe "f:///a%20b"
                }
            }
        }

        test("a resource without contents exists and is empty (FEAT-21)") {
            runTest {
                session(discovers, "resources/read" to { """{"contents":[]}""" }) { session, _ ->
                    session.readResource("f:///a").contents shouldBe
                        emptyList()
                }
            }
        }

        test("prompts are listed and filled in, with strings (FEAT-24)") {
            runTest {
                session(
                    discovers,
                    "prompts/list" to { """{"prompts":[{"name":"p","arguments":[{"name":"a","required":true}]}]}""" },
                    "prompts/get" to { """{"messages":[{"role":"user","content":{"type":"text","text":"hi"}}]}""" },
                ) { session, server ->
                    session.listPrompts().single().arguments.single().required shouldBe true
                    val prompt = session.getPrompt("p", mapOf("a" to "1"))
                    prompt.messages.single().content.shouldBeInstanceOf<TextContent>().text shouldBe "hi"
                    server.params().toString() shouldBe """{name="p", arguments={"a":"1"}}"""
                }
            }
        }

        test("an argument is completed, with the answers before it where the revision knows them (FEAT-25)") {
            runTest {
                val answers: suspend ServerCall.() -> String = { """{"completion":{"values":["paris"],"total":1}}""" }
                session(discovers, "completion/complete" to answers) { session, server ->
                    session.complete(CompletionReference.prompt("p"), "city", "pa", mapOf("country" to "fr")).completion.values shouldBe
                        listOf("paris")
                    server.params().keys shouldBe setOf("ref", "argument", "context")
                    server.params()["ref"]!!.toString() shouldBe """{"type":"ref/prompt","name":"p"}"""
                }
                session(initializes("2025-03-26"), "completion/complete" to answers) { session, server ->
                    session.complete(CompletionReference.resource("f:///{x}"), "x", "", mapOf("y" to "1"))
                    server.params().keys shouldBe setOf("ref", "argument")
                    server.params()["ref"]!!.toString() shouldBe """{"type":"ref/resource","uri":"f:///{x}"}"""
                }
            }
        }

        context("logging") {
            test("is asked for once in the session era (FEAT-27)") {
                runTest {
                    session(initializes(), "logging/setLevel" to { "{}" }, "ping" to { "{}" }) { session, server ->
                        session.setLoggingLevel(LoggingLevel.WARNING)
                        server.params().toString() shouldBe """{level="warning"}"""
                        session.ping()
                        server.requests.last().params shouldBe null
                    }
                }
            }

            test("is asked for with every request in 2026-07-28 (STL-88)") {
                runTest {
                    session(discovers, "tools/list" to { """{"tools":[]}""" }) { session, server ->
                        session.setLoggingLevel(LoggingLevel.DEBUG)
                        server.methods shouldBe listOf("server/discover")
                        session.listTools()
                        val meta = server.requests.last().params!!.toObject()!!["_meta"]!!.jsonObject
                        meta["io.modelcontextprotocol/logLevel"]!!.jsonPrimitive.content shouldBe "debug"
                    }
                }
            }
        }

        test("what a server tells arrives in order, in types") {
            runTest {
                val tells: suspend ServerCall.() -> String = {
                    fun note(
                        method: String,
                        params: String = "{}",
                    ) = """{"jsonrpc":"2.0","method":"notifications/$method","params":$params}"""
                    send(note("tools/list_changed"))
                    send(note("prompts/list_changed"))
                    send(note("resources/list_changed"))
                    send(note("resources/updated", """{"uri":"f:///a"}"""))
                    send(note("resources/updated", """{"wrong":1}"""))
                    send(note("message", """{"level":"info","data":{"a":1},"logger":"l"}"""))
                    send(note("elicitation/complete", """{"elicitationId":"e"}"""))
                    send(note("x/unknown"))
                    "{}"
                }
                session(discovers, "tools/call" to tells) { session, _ ->
                    val heard = async { session.notifications.take(7).toList() }
                    yield()
                    session.callTool("t")
                    val told = heard.await()
                    told.take(3) shouldContainExactly
                        listOf(ServerNotification.ToolsChanged, ServerNotification.PromptsChanged, ServerNotification.ResourcesChanged)
                    told[3].shouldBeInstanceOf<ServerNotification.ResourceUpdated>().uri shouldBe "f:///a"
                    told[4].shouldBeInstanceOf<ServerNotification.Log>().message.data.text shouldBe """{"a":1}"""
                    told[5].shouldBeInstanceOf<ServerNotification.ElicitationCompleted>().elicitationId shouldBe "e"
                    told[6].shouldBeInstanceOf<ServerNotification.Other>().method shouldBe "notifications/x/unknown"
                }
            }
        }

        test("changed roots are told in the session era alone (FEAT-42, STL-12)") {
            runTest {
                session(initializes()) { session, server ->
                    session.rootsChanged()
                    server.received.last().encode() shouldBe """{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}"""
                }
                session(discovers) { session, server ->
                    session.rootsChanged()
                    server.received shouldBe emptyList()
                }
            }
        }

        test("a resource that is not there is the server's error (FEAT-21)") {
            runTest {
                session(discovers, "resources/read" to { throw refusal(-32002, "{}") }) { session, _ ->
                    shouldThrow<JsonRpcException> { session.readResource("f:///none") }.error.code shouldBe -32002
                }
            }
        }
    })
