package io.github.latchkey.mcp

import io.github.latchkey.mcp.transport.ExchangeContext
import io.github.latchkey.mcp.transport.PendingRequests
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield
import kotlinx.serialization.json.jsonPrimitive
import kotlin.time.Duration.Companion.minutes

/** Subscriptions, in both eras behind one flow (STL-45 to STL-55, FEAT-20). */
@OptIn(ExperimentalCoroutinesApi::class)
class SubscriptionsSpec :
    FunSpec({
        val everything =
            SubscriptionFilter {
                toolsChanged()
                resource("f:///a")
            }
        val acknowledged = """{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged",""" +
            """"params":{"notifications":{"toolsListChanged":true,"resourceSubscriptions":["f:///a"]}}}"""
        val toolsChanged = """{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"""

        fun TestScope.options(events: McpEvents = McpEvents.NONE, vararg versions: ProtocolVersion = arrayOf(ProtocolVersion.V2026_07_28)) =
            ClientOptions {
                eraMemory(EraMemory())
                protocolVersions(versions.toList())
                timeSource(testScheduler.timeSource)
                events(events)
            }

        context("2026-07-28") {
            test("what was asked for goes out, and what the server tells comes in, until it ends the subscription") {
                runTest {
                    val server =
                        ScriptedServer(
                            discovers,
                            "subscriptions/listen" to {
                                send(acknowledged)
                                send(toolsChanged)
                                send("""{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"f:///a/b"}}""")
                                """{"resultType":"complete"}"""
                            },
                        )
                    McpClient.connect(server.transport(), options()) { session ->
                        val told = session.subscribe(everything).toList()
                        told[0].shouldBeInstanceOf<ServerNotification.Subscribed>().filter.resources shouldBe setOf("f:///a")
                        told[1] shouldBe ServerNotification.ToolsChanged
                        told[2].shouldBeInstanceOf<ServerNotification.ResourceUpdated>().uri shouldBe "f:///a/b"
                        told.size shouldBe 3
                        server.requests.last().params!!.toObject()!!["notifications"].toString() shouldBe
                            """{"toolsListChanged":true,"resourceSubscriptions":["f:///a"]}"""
                    }
                }
            }

            test("what the server will not tell of is said (STL-47)") {
                runTest {
                    val warnings = mutableListOf<String>()
                    val events = McpEvents { if (it is WarningEvent) warnings += it.message }
                    val server =
                        ScriptedServer(
                            discovers,
                            "subscriptions/listen" to {
                                send(
                                    acknowledged.replace(""","resourceSubscriptions":["f:///a"]""", ""),
                                )
                                "{}"
                            },
                        )
                    McpClient.connect(server.transport(), options(events)) { session ->
                        val granted = session.subscribe(everything).first().shouldBeInstanceOf<ServerNotification.Subscribed>().filter
                        granted.toolsChanged shouldBe true
                        granted.resources shouldBe emptySet()
                    }
                    warnings.single() shouldContain "f:///a"
                }
            }

            test("the subscription ends when the server cancels it (STL-53)") {
                runTest {
                    val server =
                        ScriptedServer(
                            discovers,
                            "subscriptions/listen" to {
                                send(acknowledged)
                                send("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${request.id}}}""")
                                awaitCancellation()
                            },
                        )
                    McpClient.connect(server.transport(), options()) { it.subscribe(everything).toList().size shouldBe 1 }
                }
            }

            test("who stops collecting ends the request at the server") {
                runTest {
                    val ended = CompletableDeferred<Unit>()
                    val server =
                        ScriptedServer(
                            discovers,
                            "subscriptions/listen" to {
                                send(acknowledged)
                                try {
                                    awaitCancellation()
                                } finally {
                                    ended.complete(Unit)
                                }
                            },
                        )
                    McpClient.connect(server.transport(), options()) { session ->
                        session.subscribe(everything).first()
                        ended.await()
                    }
                }
            }

            test("a stream that breaks is begun anew after a pause, with another id (STL-54)") {
                runTest {
                    var streams = 0
                    val server =
                        ScriptedServer(
                            discovers,
                            "subscriptions/listen" to {
                                send(acknowledged)
                                if (streams++ == 0) throw broken()
                                send(toolsChanged)
                                awaitCancellation()
                            },
                        )
                    McpClient.connect(server.transport(), options()) { session ->
                        val told = session.subscribe(everything).take(3).toList()
                        told[1].shouldBeInstanceOf<ServerNotification.Subscribed>()
                        told[2] shouldBe ServerNotification.ToolsChanged
                        server.requests.filter { it.method == "subscriptions/listen" }.map { it.id }.toSet().size shouldBe 2
                        currentTime shouldBeLessThan 1_000
                    }
                }
            }

            test("a stream that breaks again and again is given up, with the reason") {
                runTest {
                    val server =
                        ScriptedServer(
                            discovers,
                            "subscriptions/listen" to {
                                send(acknowledged)
                                throw broken()
                            },
                        )
                    McpClient.connect(server.transport(), options()) { session ->
                        shouldThrow<ProtocolException> { session.subscribe(everything).toList() }
                        server.methods.count { it == "subscriptions/listen" } shouldBe 6
                    }
                }
            }

            test("a server that has no subscriptions says so at once") {
                runTest {
                    val server = ScriptedServer(discovers)
                    McpClient.connect(server.transport(), options()) { session ->
                        shouldThrow<JsonRpcException> { session.subscribe(everything).toList() }
                        server.methods.count { it == "subscriptions/listen" } shouldBe 1
                    }
                }
            }

            test("without an acknowledgement the request timeout passes") {
                runTest {
                    val server = ScriptedServer(discovers, "subscriptions/listen" to { awaitCancellation() })
                    McpClient.connect(server.transport(), options()) { session ->
                        shouldThrow<RequestTimeoutException> { session.subscribe(everything).toList() }.limitMillis shouldBe 60_000
                        currentTime shouldBe 60_000
                    }
                }
            }

            test("after the acknowledgement silence is no fault (STL-55)") {
                runTest(timeout = 1.minutes) {
                    val server =
                        ScriptedServer(
                            discovers,
                            "subscriptions/listen" to {
                                send(acknowledged)
                                kotlinx.coroutines.delay(10 * 60_000)
                                send(toolsChanged)
                                "{}"
                            },
                        )
                    McpClient.connect(server.transport(), options()) {
                        it.subscribe(everything).toList().last() shouldBe
                            ServerNotification.ToolsChanged
                    }
                }
            }

            test("the end of the session ends the flow with its reason") {
                runTest {
                    val server =
                        ScriptedServer(
                            discovers,
                            "subscriptions/listen" to {
                                send(acknowledged)
                                awaitCancellation()
                            },
                        )
                    val session = McpClient.open(server.transport(), this, options())
                    val heard = CompletableDeferred<Unit>()
                    val collecting =
                        async {
                            shouldThrow<SessionClosedException> { session.subscribe(everything).collect { heard.complete(Unit) } }
                        }
                    heard.await()
                    session.close()
                    collecting.await()
                }
            }
        }

        context("session era") {
            fun server(vararg more: Pair<String, suspend ServerCall.() -> String>) =
                ScriptedServer(
                    initializes(),
                    "resources/subscribe" to { "{}" },
                    "resources/unsubscribe" to { "{}" },
                    "tell" to {
                        send(toolsChanged)
                        send("""{"jsonrpc":"2.0","method":"notifications/prompts/list_changed"}""")
                        send("""{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"f:///other"}}""")
                        send("""{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"f:///a"}}""")
                        "{}"
                    },
                    *more,
                )

            test("resources are subscribed to one by one, and what was asked for is told") {
                runTest {
                    val server = server()
                    McpClient.connect(server.transport(), options(versions = arrayOf(ProtocolVersion.V2025_11_25))) { session ->
                        val ready = CompletableDeferred<Unit>()
                        val told = mutableListOf<ServerNotification>()
                        val collecting =
                            launch {
                                session.subscribe(everything).take(3).collect {
                                    told += it
                                    ready.complete(Unit)
                                }
                            }
                        ready.await()
                        session.request("tell")
                        collecting.join()
                        told[1] shouldBe ServerNotification.ToolsChanged
                        told[2].shouldBeInstanceOf<ServerNotification.ResourceUpdated>().uri shouldBe "f:///a"
                        server.methods shouldContainExactly listOf("initialize", "resources/subscribe", "tell", "resources/unsubscribe")
                        server.requests.last().params!!.toObject()!!["uri"]!!.jsonPrimitive.content shouldBe "f:///a"
                    }
                }
            }

            test("a resource that two flows want is given up with the second") {
                runTest {
                    val server = server()
                    McpClient.connect(server.transport(), options(versions = arrayOf(ProtocolVersion.V2025_11_25))) { session ->
                        val first = launch { session.subscribe(everything).collect {} }
                        val second = launch { session.subscribe(everything).collect {} }
                        while (server.methods.count { it == "resources/subscribe" } < 2) yield()
                        first.cancelAndJoin()
                        server.methods.count { it == "resources/unsubscribe" } shouldBe 0
                        second.cancelAndJoin()
                        server.methods.count { it == "resources/unsubscribe" } shouldBe 1
                    }
                }
            }

            test("a refusal reaches the collector") {
                runTest {
                    val server = ScriptedServer(initializes())
                    McpClient.connect(server.transport(), options(versions = arrayOf(ProtocolVersion.V2025_11_25))) { session ->
                        shouldThrow<JsonRpcException> { session.subscribe(everything).toList() }
                    }
                }
            }
        }

        context("on a pipe that all share") {
            fun pending(written: Channel<JsonRpcMessage>) =
                PendingRequests(McpEvents.NONE, { message, _ -> written.send(message) }) { _, _ -> }

            val context = ExchangeContext(ProtocolVersion.V2026_07_28, Phase.STREAM)

            test("a notification goes to the subscription that it names (STL-49)") {
                runTest {
                    val written = Channel<JsonRpcMessage>(Channel.UNLIMITED)
                    val pending = pending(written)
                    val heard = Channel<JsonRpcMessage>(Channel.UNLIMITED)
                    val listening =
                        launch {
                            pending.exchange(JsonRpcRequest(RequestId.of(7L), "subscriptions/listen", null), context) { heard.send(it) }
                        }
                    written.receive()
                    val meta = """{"_meta":{"io.modelcontextprotocol/subscriptionId":7}}"""
                    pending.dispatch(JsonRpcNotification("notifications/tools/list_changed", RawJson.parse(meta)))
                    (heard.receive() as JsonRpcNotification).method shouldBe "notifications/tools/list_changed"
                    pending.dispatch(JsonRpcNotification("notifications/cancelled", RawJson.parse("""{"requestId":7}""")))
                    (heard.receive() as JsonRpcNotification).method shouldBe "notifications/cancelled"
                    listening.cancelAndJoin()
                }
            }

            test("the cancellation of a server's request with the id of a call does not reach the call") {
                runTest {
                    val written = Channel<JsonRpcMessage>(Channel.UNLIMITED)
                    val pending = pending(written)
                    val calling =
                        async {
                            pending.exchange(JsonRpcRequest(RequestId.of(7L), "tools/call", null), context) { error("not for the call") }
                        }
                    written.receive()
                    pending.dispatch(JsonRpcNotification("notifications/cancelled", RawJson.parse("""{"requestId":7}""")))
                    pending.dispatch(JsonRpcResult(RequestId.of(7L), RawJson.parse("{}")))
                    calling.await().shouldBeInstanceOf<JsonRpcResult>()
                }
            }
        }

        test("a subscription to nothing is a mistake of the caller") {
            runTest {
                McpClient.connect(ScriptedServer(discovers).transport(), options()) { session ->
                    shouldThrow<IllegalArgumentException> { session.subscribe(SubscriptionFilter {}) }
                }
            }
        }
    })

private fun broken() = ProtocolException("the stream ended", FailureDetails(Phase.STREAM, "memory:", "none"))
