package io.github.latchkey.mcp

import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.ExchangeContext
import io.github.latchkey.mcp.transport.InMemoryTransport
import io.github.latchkey.mcp.transport.Transport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest

/** A connection whose [Connection.listen] a test scripts: one step for each time it is called. */
@OptIn(ExperimentalCoroutinesApi::class)
class ListenSpec :
    FunSpec({
        class Listening(
            private val server: ScriptedServer,
            private vararg val steps: suspend (onReady: () -> Unit) -> Unit,
        ) : Transport {
            var count = 0

            override val endpoint get() = "memory:server"

            override suspend fun open(scope: CoroutineScope, events: McpEvents): Connection {
                val memory = InMemoryTransport(server).open(scope, events)
                return object : Connection by memory {
                    override suspend fun listen(
                        context: ExchangeContext,
                        onReady: () -> Unit,
                        onMessage: suspend (JsonRpcMessage) -> Unit,
                    ) = steps[count++](onReady)
                }
            }
        }

        fun options(events: McpEvents = McpEvents.NONE) =
            ClientOptions {
                events(events)
                eraMemory(EraMemory())
                protocolVersions(listOf(ProtocolVersion.V2025_11_25))
            }

        fun expired() = SessionExpiredException("lost", FailureDetails(Phase.STREAM, "memory:server", "-", HttpAnswer(404)))

        val remaining: suspend (() -> Unit) -> Unit = { onReady ->
            onReady()
            awaitCancellation()
        }

        test("connect waits until messages can arrive") {
            runTest {
                val transport =
                    Listening(ScriptedServer(initializes()), { onReady ->
                        delay(300)
                        onReady()
                        awaitCancellation()
                    })
                McpClient.connect(transport, options()) { currentTime shouldBe 300 }
            }
        }

        test("connect does not wait for messages that will never arrive") {
            runTest {
                McpClient.connect(Listening(ScriptedServer(initializes()), { delay(20) }), options()) { currentTime shouldBe 20 }
            }
        }

        test("connect goes on when readiness takes more than a second") {
            runTest {
                val transport = Listening(ScriptedServer(initializes()), { awaitCancellation() })
                McpClient.connect(transport, options()) { currentTime shouldBe 1_000 }
            }
        }

        test("what fails before anybody has the session is the failure of connect") {
            runTest {
                val transport = Listening(ScriptedServer(initializes()), {
                    throw ProtocolException("no", FailureDetails(Phase.STREAM, null, "-"))
                })
                val failure = shouldThrow<ProtocolException> { McpClient.connect(transport, options()) { error("connected") } }
                failure.message shouldBe "no"
            }
        }

        test("a session that is lost while it listens begins anew, however often (HTTP-26)") {
            runTest {
                val losing: suspend (() -> Unit) -> Unit = { onReady ->
                    onReady()
                    delay(10)
                    throw expired()
                }
                val server = ScriptedServer(initializes())
                McpClient.connect(Listening(server, losing, losing, losing, remaining), options()) { delay(1_000) }
                server.methods shouldContainExactly List(4) { "initialize" }
            }
        }

        test("a session that cannot begin anew while it listens goes on for its calls") {
            runTest {
                val warnings = mutableListOf<WarningEvent>()
                var count = 0
                val server =
                    ScriptedServer(
                        "initialize" to {
                            if (++count == 2) throw UnreachableException("down", FailureDetails(Phase.CONNECT, null, "-"), null)
                            initializes().second(this)
                        },
                        "ping" to { "{}" },
                    )
                val transport = Listening(server, {
                    it()
                    delay(10)
                    throw expired()
                })
                McpClient.connect(transport, options { if (it is WarningEvent) warnings += it }) { session ->
                    delay(20)
                    session.ping()
                }
                warnings.single().message shouldContain "not heard any more"
            }
        }

        test("a request that may have run is not sent again when the session is lost (HTTP-57)") {
            runTest {
                val server =
                    ScriptedServer(
                        initializes(),
                        "ping" to
                            { throw SessionExpiredException("lost", FailureDetails(Phase.REQUEST, null, "-"), null, mayHaveRun = true) },
                    )
                McpClient.connect(server.transport(), options()) { session -> shouldThrow<SessionExpiredException> { session.ping() } }
                server.methods shouldContainExactly listOf("initialize", "ping")
            }
        }
    })
