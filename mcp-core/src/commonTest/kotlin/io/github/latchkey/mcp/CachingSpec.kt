package io.github.latchkey.mcp

import io.github.latchkey.mcp.transport.CallContext
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext

/** Results that stay fresh for as long as the server says (STL-75 to STL-82). */
@OptIn(ExperimentalCoroutinesApi::class)
class CachingSpec :
    FunSpec({
        fun tools(members: String): Pair<String, suspend ServerCall.() -> String> = "tools/list" to { """{"tools":[]$members}""" }

        val told: Pair<String, suspend ServerCall.() -> String> =
            "tell" to {
                send("""{"jsonrpc":"2.0","method":"${params["m"].toString().trim('"')}","params":{"uri":"f:///a/part"}}""")
                "{}"
            }

        suspend fun TestScope.session(
            vararg answers: Pair<String, suspend ServerCall.() -> String>,
            configure: ClientOptions.Builder.() -> Unit = {},
            block: suspend (McpSession, (String) -> Int) -> Unit,
        ) {
            val server = ScriptedServer(discovers, initializes(), told, *answers)
            val options =
                ClientOptions {
                    eraMemory(EraMemory())
                    timeSource(testScheduler.timeSource)
                    configure()
                }
            McpClient.connect(server.transport(), options) { session ->
                block(session) { method -> server.methods.count { it == method } }
            }
        }

        suspend fun McpSession.tell(method: String) = request("tell", RawJson.parse("""{"m":"$method"}""").toObject()!!)

        test("a list is asked for once while it is fresh, and again when it is stale") {
            runTest {
                session(tools(""","ttlMs":1000,"cacheScope":"public"""")) { session, asked ->
                    repeat(3) { session.listTools() }
                    asked("tools/list") shouldBe 1
                    delay(999)
                    session.listTools()
                    asked("tools/list") shouldBe 1
                    delay(2)
                    session.listTools()
                    asked("tools/list") shouldBe 2
                }
            }
        }

        context("what is stale at once") {
            withData(""","x":1""", ""","ttlMs":0""", ""","ttlMs":-5""", ""","cacheScope":"public"""") { members ->
                runTest {
                    session(tools(members)) { session, asked ->
                        repeat(2) { session.listTools() }
                        asked("tools/list") shouldBe 2
                    }
                }
            }
        }

        context("a change that the server tells of makes stale what it is about, and nothing else") {
            withData(
                nameFn = { it.first },
                "notifications/tools/list_changed" to listOf(2, 1, 1),
                "notifications/resources/list_changed" to listOf(1, 2, 1),
                "notifications/resources/updated" to listOf(1, 1, 2),
                "notifications/prompts/list_changed" to listOf(1, 1, 1),
            ) { (method, expected) ->
                runTest {
                    session(
                        tools(""","ttlMs":1000"""),
                        "resources/list" to { """{"resources":[],"ttlMs":1000}""" },
                        "resources/read" to { """{"contents":[],"ttlMs":1000}""" },
                    ) { session, asked ->
                        suspend fun all() {
                            session.listTools()
                            session.listResources()
                            session.readResource("f:///a")
                        }
                        all()
                        session.tell(method)
                        all()
                        listOf("tools/list", "resources/list", "resources/read").map(asked) shouldBe expected
                    }
                }
            }
        }

        test("a list that changes while it is fetched is not kept") {
            runTest {
                val changing: suspend ServerCall.() -> String = {
                    send("""{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""")
                    """{"tools":[],"ttlMs":1000}"""
                }
                session("tools/list" to changing) { session, asked ->
                    repeat(2) { session.listTools() }
                    asked("tools/list") shouldBe 2
                }
            }
        }

        test("a new subscription makes everything stale, as changes before it were not told (STL-54)") {
            runTest {
                val listening: suspend ServerCall.() -> String = {
                    send("""{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"notifications":{}}}""")
                    "{}"
                }
                session(tools(""","ttlMs":1000"""), "subscriptions/listen" to listening) { session, asked ->
                    session.listTools()
                    session.subscribe(SubscriptionFilter { toolsChanged() }).first()
                    session.listTools()
                    asked("tools/list") shouldBe 2
                }
            }
        }

        test("other params are another question (STL-76)") {
            runTest {
                session("resources/read" to { """{"contents":[],"ttlMs":1000}""" }) { session, asked ->
                    session.readResource("f:///a")
                    session.readResource("f:///b")
                    asked("resources/read") shouldBe 2
                }
            }
        }

        test("what is private to one identity is not shown to another (STL-79)") {
            runTest {
                for ((scope, expected) in listOf("private" to 2, "unheard-of" to 2, "public" to 1)) {
                    session(tools(""","ttlMs":1000,"cacheScope":"$scope"""")) { session, asked ->
                        for (user in listOf("ann", "bob", "ann")) withContext(CallContext(emptyMap(), user)) { session.listTools() }
                        asked("tools/list") shouldBe expected
                    }
                }
            }
        }

        test("a call with headers of its own is always asked") {
            runTest {
                session(tools(""","ttlMs":1000,"cacheScope":"public"""")) { session, asked ->
                    session.listTools()
                    withContext(CallContext(mapOf("X-Tenant" to "7"))) { session.listTools() }
                    asked("tools/list") shouldBe 2
                }
            }
        }

        test("a cursor that is refused ends all pages (STL-81)") {
            runTest {
                var isMoved = false
                val server =
                    object : io.github.latchkey.mcp.transport.InMemoryServer {
                        var asked = 0

                        override suspend fun respond(request: JsonRpcRequest, send: suspend (JsonRpcMessage) -> Unit): JsonRpcResponse {
                            if (request.method == "server/discover") return JsonRpcResult(request.id, RawJson.parse(DISCOVERED))
                            asked++
                            val isFirst = request.params!!.toObject()!!["cursor"] == null
                            if (!isFirst &&
                                isMoved
                            ) {
                                return JsonRpcFailure(request.id, JsonRpcError(JsonRpcError.INVALID_PARAMS, "no such page"))
                            }
                            val next = if (isFirst) ""","nextCursor":"2"""" else ""
                            return JsonRpcResult(request.id, RawJson.parse("""{"tools":[],"ttlMs":${if (isFirst) 1000 else 0}$next}"""))
                        }
                    }
                val options = ClientOptions { eraMemory(EraMemory()) }
                McpClient.connect(io.github.latchkey.mcp.transport.InMemoryTransport(server), options) { session ->
                    session.listTools()
                    isMoved = true
                    shouldThrow<JsonRpcException> { session.listTools() }
                    isMoved = false
                    session.listTools()
                    server.asked shouldBe 5
                }
            }
        }

        test("what took input to get is not kept (STL-71)") {
            runTest {
                val asking: suspend ServerCall.() -> String = {
                    if (params["requestState"] == null) {
                        """{"resultType":"input_required","requestState":"s"}"""
                    } else {
                        """{"contents":[],"ttlMs":1000}"""
                    }
                }
                session("resources/read" to asking) { session, asked ->
                    repeat(2) { session.readResource("f:///a") }
                    asked("resources/read") shouldBe 4
                }
            }
        }

        test("nothing is kept when it is turned off, in the session era, and after clearCache") {
            runTest {
                session(tools(""","ttlMs":1000"""), configure = { cacheResults(false) }) { session, asked ->
                    repeat(2) { session.listTools() }
                    asked("tools/list") shouldBe 2
                }
                session(tools(""","ttlMs":1000"""), configure = {
                    protocolVersions(listOf(ProtocolVersion.V2025_11_25))
                }) { session, asked ->
                    repeat(2) { session.listTools() }
                    asked("tools/list") shouldBe 2
                }
                session(tools(""","ttlMs":1000""")) { session, asked ->
                    session.listTools()
                    session.clearCache()
                    session.listTools()
                    asked("tools/list") shouldBe 2
                }
            }
        }

        test("what is kept is bounded: the oldest goes first, and what is too large is not kept") {
            runTest {
                session(
                    "resources/read" to
                        {
                            """{"contents":[],"ttlMs":100000,"x":"${"y".repeat(if ("big" in params.toString()) 3_000_000 else 1)}"}"""
                        },
                ) { session, asked ->
                    repeat(300) { session.readResource("f:///$it") }
                    session.readResource("f:///299")
                    asked("resources/read") shouldBe 300
                    session.readResource("f:///0")
                    asked("resources/read") shouldBe 301
                    repeat(2) { session.readResource("f:///big") }
                    asked("resources/read") shouldBe 303
                }
            }
        }
    })
