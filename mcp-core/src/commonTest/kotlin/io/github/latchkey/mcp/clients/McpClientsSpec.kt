package io.github.latchkey.mcp.clients

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.DISCOVERED
import io.github.latchkey.mcp.EraMemory
import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ScriptedServer
import io.github.latchkey.mcp.ServerCall
import io.github.latchkey.mcp.SessionClosedException
import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.Transport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.job
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield

/** A group of servers: what one of them does harms no other. */
@OptIn(ExperimentalCoroutinesApi::class)
class McpClientsSpec :
    FunSpec({
        fun TestScope.options() =
            ClientOptions {
                eraMemory(EraMemory())
                timeSource(testScheduler.timeSource)
            }

        /** Reaches [server] while [isUp], and counts how often it was asked to. */
        class Switched(
            override val endpoint: String,
            private val server: ScriptedServer,
        ) : Transport {
            var isUp = true
            var attempts = 0

            override suspend fun open(scope: CoroutineScope, events: McpEvents): Connection {
                attempts++
                delay(10)
                if (!isUp) throw UnreachableException("$endpoint is down", FailureDetails(Phase.CONNECT, endpoint, "start it"), null)
                return server.transport().open(scope, events)
            }
        }

        fun server(vararg tools: String, more: List<Pair<String, suspend ServerCall.() -> String>> = emptyList()) =
            ScriptedServer(
                "server/discover" to { DISCOVERED },
                "tools/list" to
                    { """{"tools":[${tools.joinToString { """{"name":"$it","description":"d","inputSchema":{"type":"object"}}""" }}]}""" },
                "tools/call" to { """{"content":[{"type":"text","text":"${params["name"].toString().trim('"')}"}]}""" },
                *more.toTypedArray(),
            )

        test("nothing is connected before it is needed, and then once for all who wait") {
            runTest {
                val transport = Switched("memory:a", server("x"))
                McpClients.connect({ server("a", transport, options()) }) { group ->
                    transport.attempts shouldBe 0
                    val sessions = List(5) { async { group.session("a") } }.awaitAll()
                    sessions.toSet().size shouldBe 1
                    transport.attempts shouldBe 1
                }
            }
        }

        test("the tools of all servers are listed with names of their own, and a call goes to its server") {
            runTest {
                val files = server("read", "list.all")
                val mail = server("read")
                McpClients.connect({
                    server("files", Switched("memory:f", files), options())
                    server("mail", Switched("memory:m", mail), options())
                }) { group ->
                    val tools = group.listTools().tools
                    tools.map { it.name.take(15) } shouldContainExactly listOf("files__read", "files__list_all", "mail__read")
                    tools.map { it.server } shouldContainExactly listOf("files", "files", "mail")
                    group.callTool(tools[1].name).text shouldBe "list.all"
                    group.callTool("mail__read").text shouldBe "read"
                    mail.methods.last() shouldBe "tools/call"
                }
            }
        }

        test("a call by a name that was not listed in this group lists the tools first") {
            runTest {
                McpClients.connect({ server("a", Switched("memory:a", server("x")), options()) }) { group ->
                    group.callTool("a__x").text shouldBe "x"
                    shouldThrow<IllegalArgumentException> { group.callTool("a__y") }.message shouldContain "a__y"
                }
            }
        }

        test("a server that is down is missing and named, and the others answer") {
            runTest {
                val down = Switched("memory:down", server()).apply { isUp = false }
                McpClients.connect({
                    server("up", Switched("memory:up", server("x")), options())
                    server("down", down, options())
                }) { group ->
                    val listed = group.listTools()
                    listed.tools.map { it.name } shouldContainExactly listOf("up__x")
                    listed.failures.mapValues { it.value.code } shouldBe mapOf("down" to ErrorCode.UNREACHABLE)
                    shouldThrow<UnreachableException> { group.callTool("down__y") }
                    group.callTool("up__x").text shouldBe "x"
                }
            }
        }

        test("a server that is down is left alone for a while, longer each time, and fails at once meanwhile") {
            runTest {
                val down = Switched("memory:down", server("x")).apply { isUp = false }
                McpClients.connect({ server("down", down, options()) }) { group ->
                    suspend fun fails() = shouldThrow<McpException> { group.session("down") }
                    fails()
                    repeat(3) { fails() }
                    down.attempts shouldBe 1
                    delay(1_001)
                    fails()
                    down.attempts shouldBe 2
                    delay(1_500)
                    fails()
                    down.attempts shouldBe 2
                    down.isUp = true
                    delay(600)
                    group.session("down")
                    down.attempts shouldBe 3
                }
            }
        }

        test("a session that has ended is begun anew when it is needed") {
            runTest {
                val transport = Switched("memory:a", server("x"))
                McpClients.connect({ server("a", transport, options()) }) { group ->
                    val first = group.session("a")
                    group.session("a") shouldBeSameInstanceAs first
                    first.close()
                    group.session("a") shouldNotBeSameInstanceAs first
                    group.callTool("a__x").text shouldBe "x"
                    transport.attempts shouldBe 2
                }
            }
        }

        test("a list is used again until the time is over") {
            runTest {
                val server = server("x")
                McpClients.connect({
                    toolsTtlMillis(1_000)
                    server("a", Switched("memory:a", server), options())
                }) { group ->
                    repeat(3) { group.listTools() }
                    server.methods.count { it == "tools/list" } shouldBe 1
                    delay(1_001)
                    group.listTools()
                    server.methods.count { it == "tools/list" } shouldBe 2
                }
            }
        }

        test("a list is fetched anew when the server says that it has changed") {
            runTest {
                val changes = Channel<Unit>()
                val listening: Pair<String, suspend ServerCall.() -> String> =
                    "subscriptions/listen" to {
                        send(
                            """{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged",""" +
                                """"params":{"notifications":{"toolsListChanged":true}}}""",
                        )
                        for (change in changes) send("""{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""")
                        awaitCancellation()
                    }
                val discovering: Pair<String, suspend ServerCall.() -> String> =
                    "server/discover" to { DISCOVERED.replace(""""tools":{}""", """"tools":{"listChanged":true}""") }
                val server = server("x", more = listOf(listening, discovering))
                McpClients.connect({ server("a", Switched("memory:a", server), options()) }) { group ->
                    group.session("a")
                    repeat(10) { yield() }
                    repeat(2) { group.listTools() }
                    server.methods.count { it == "tools/list" } shouldBe 1
                    changes.send(Unit)
                    repeat(10) { yield() }
                    group.listTools()
                    server.methods.count { it == "tools/list" } shouldBe 2
                }
            }
        }

        test("close closes every session, and nothing is left running") {
            runTest {
                val servers = List(3) { server("x") }
                McpClients.connect({
                    servers.forEachIndexed { index, server -> server("s$index", Switched("memory:$index", server), options()) }
                }) { group ->
                    group.listTools().failures.size shouldBe 0
                    group.close()
                    group.close()
                    servers.map { it.closed } shouldBe listOf(1, 1, 1)
                    shouldThrow<SessionClosedException> { group.session("s0") }
                }
                coroutineContext.job.children.count() shouldBe 0
            }
        }

        test("a server that the group does not have is a mistake of the caller, and so are two of one name") {
            runTest {
                McpClients.connect({ server("a", Switched("memory:a", server()), options()) }) { group ->
                    shouldThrow<IllegalArgumentException> { group.session("b") }.message shouldContain "a"
                }
                val builder = McpClients.Builder().server("a", Switched("memory:a", server()))
                shouldThrow<IllegalArgumentException> { builder.server("a", Switched("memory:b", server())) }
                shouldThrow<IllegalArgumentException> { builder.server(" ", Switched("memory:b", server())) }
            }
        }

        test("a tool takes the form of each kind of API") {
            runTest {
                McpClients.connect({ server("a", Switched("memory:a", server("x")), options()) }) { group ->
                    val tool = group.listTools().tools.single()
                    tool.toOpenAi().text shouldBe
                        """{"type":"function","function":{"name":"a__x","description":"d","parameters":{"type":"object"}}}"""
                    tool.toAnthropic().text shouldBe """{"name":"a__x","description":"d","input_schema":{"type":"object"}}"""
                }
            }
        }
    })
