package io.github.latchkey.mcp

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.test.runTest

/** Lists: pages that come when they are asked for, and items that make no sense. */
class ListsSpec :
    FunSpec({
        val warnings = mutableListOf<String>()

        beforeTest { warnings.clear() }

        suspend fun session(
            vararg answers: Pair<String, suspend ServerCall.() -> String>,
            block: suspend (McpSession, ScriptedServer) -> Unit,
        ) {
            val server = ScriptedServer(discovers, *answers)
            val options =
                ClientOptions {
                    eraMemory(EraMemory())
                    events { if (it is WarningEvent) warnings += it.message }
                }
            McpClient.connect(server.transport(), options) { block(it, server) }
        }

        class Listing(
            val method: String,
            val key: String,
            val good: String,
            val bad: String,
            val list: suspend McpSession.() -> Int,
        )

        context("one item that is not what MCP says is left out and told of, and the others are of use") {
            withData(
                nameFn = { it.method },
                Listing("tools/list", "tools", """{"name":"a","inputSchema":{}}""", """{"name":"bad","inputSchema":{},"title":[]}""") {
                    listTools().size
                },
                Listing("resources/list", "resources", """{"uri":"f:///a","name":"a"}""", """{"uri":"bad","name":{}}""") {
                    listResources().size
                },
                Listing(
                    "resources/templates/list",
                    "resourceTemplates",
                    """{"uriTemplate":"f:///{a}","name":"a"}""",
                    """{"name":"bad"}""",
                ) {
                    listResourceTemplates().size
                },
                Listing("prompts/list", "prompts", """{"name":"a"}""", """{"name":"bad","arguments":1}""") { listPrompts().size },
            ) { listing ->
                runTest {
                    session(listing.method to { """{"${listing.key}":[${listing.good},${listing.bad},17]}""" }) { session, _ ->
                        listing.list(session) shouldBe 1
                    }
                    warnings.size shouldBe 2
                    warnings[0] shouldContain "bad of ${listing.method}"
                    warnings[1] shouldContain "number 2 of ${listing.method}"
                }
            }
        }

        test("a list that is broken elsewhere is a broken result") {
            runTest {
                session("tools/list" to { """{"tools":{}}""" }) { session, _ -> shouldThrow<ProtocolException> { session.listTools() } }
                session("tools/list" to { """{"tools":[],"nextCursor":{}}""" }) { session, _ ->
                    shouldThrow<ProtocolException> { session.listTools() }
                }
                warnings.shouldBeEmpty()
            }
        }

        test("pages are fetched when the collector comes to them") {
            runTest {
                val pages: suspend ServerCall.() -> String = {
                    if (params["cursor"] == null) """{"tools":[],"nextCursor":""}""" else """{"tools":[]}"""
                }
                session("tools/list" to pages) { session, server ->
                    session.toolPages().first().nextCursor shouldBe ""
                    server.methods shouldContainExactly listOf("server/discover", "tools/list")
                    session.toolPages().toList().size shouldBe 2
                }
            }
        }

        test("pages that never end are a broken list") {
            runTest {
                session("prompts/list" to { """{"prompts":[],"nextCursor":"x"}""" }) { session, server ->
                    shouldThrow<ProtocolException> { session.promptPages().toList() }
                    server.methods.count { it == "prompts/list" } shouldBe 2
                }
            }
        }

        test("hints that a tool does not give are those that the specification assumes (FEAT-03)") {
            runTest {
                val tools = """{"tools":[{"name":"a","inputSchema":{},"annotations":{}},""" +
                    """{"name":"b","inputSchema":{},"annotations":{"readOnlyHint":true,"destructiveHint":false}}]}"""
                session("tools/list" to { tools }) { session, _ ->
                    val (silent, spoken) = session.listTools().map { it.annotations!! }
                    listOf(silent.readOnlyHint, silent.destructiveHint, silent.idempotentHint, silent.openWorldHint) shouldBe
                        listOf(false, true, false, true)
                    listOf(spoken.readOnlyHint, spoken.destructiveHint) shouldBe listOf(true, false)
                }
            }
        }

        test("the name to show is the title, that of the annotations, or the name (FEAT-10)") {
            runTest {
                val tools = """{"tools":[{"name":"a","title":"A","inputSchema":{},"annotations":{"title":"X"}},""" +
                    """{"name":"b","inputSchema":{},"annotations":{"title":"B"}},{"name":"c","inputSchema":{}}]}"""
                session("tools/list" to { tools }) { session, _ ->
                    session.listTools().map { it.displayName } shouldBe listOf("A", "B", "c")
                }
            }
        }
    })
