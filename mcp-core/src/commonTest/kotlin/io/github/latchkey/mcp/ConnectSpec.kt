package io.github.latchkey.mcp

import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.ExchangeContext
import io.github.latchkey.mcp.transport.InMemoryTransport
import io.github.latchkey.mcp.transport.Transport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.longs.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield

/** Structured concurrency: who ends what, and who hears of a failure. */
@OptIn(ExperimentalCoroutinesApi::class)
class ConnectSpec :
    FunSpec({
        class ReaderDied : RuntimeException("the reader died")

        /** A transport whose background reader fails [afterMillis] after it was opened, beside a sibling that would run for ever. */
        class FailingReader(
            private val server: ScriptedServer,
            private val afterMillis: Long,
            private val failure: Throwable,
        ) : Transport {
            val siblingEnded = CompletableDeferred<Throwable>()
            override val endpoint = "memory:failing"

            override suspend fun open(scope: CoroutineScope, events: McpEvents): Connection {
                scope.launch {
                    try {
                        awaitCancellation()
                    } catch (e: CancellationException) {
                        siblingEnded.complete(e)
                        throw e
                    }
                }
                scope.launch {
                    delay(afterMillis)
                    throw failure
                }
                return InMemoryTransport(server).open(scope, events)
            }
        }

        fun TestScope.options() =
            ClientOptions {
                eraMemory(EraMemory())
                timeSource(testScheduler.timeSource)
            }

        context("connect") {
            test("a failing child cancels its siblings and the body, and the caller gets its own exception") {
                runTest {
                    val transport = FailingReader(ScriptedServer(discovers), 10, ReaderDied())
                    val bodyEnded = CompletableDeferred<Throwable>()
                    shouldThrow<ReaderDied> {
                        McpClient.connect(transport, options()) {
                            try {
                                awaitCancellation()
                            } catch (e: CancellationException) {
                                bodyEnded.complete(e)
                                throw e
                            }
                        }
                    }.message shouldBe "the reader died"
                    bodyEnded.await().shouldBeInstanceOf<CancellationException>()
                    transport.siblingEnded.await().shouldBeInstanceOf<CancellationException>()
                    currentTime shouldBe 10
                    coroutineContext[Job]!!.children.toList().shouldBeEmpty()
                }
            }

            test("a child that fails during the handshake fails the handshake") {
                runTest {
                    val server = ScriptedServer("server/discover" to { awaitCancellation() })
                    shouldThrow<ReaderDied> { McpClient.connect(FailingReader(server, 10, ReaderDied()), options()) { } }
                    currentTime shouldBe 10
                    server.closed shouldBe 1
                    coroutineContext[Job]!!.children.toList().shouldBeEmpty()
                }
            }

            test("returns what the body returns, with the session closed") {
                runTest {
                    val server = ScriptedServer(discovers)
                    lateinit var leaked: McpSession
                    McpClient.connect(server.transport(), options()) {
                        leaked = it
                        "done"
                    } shouldBe "done"
                    server.closed shouldBe 1
                    shouldThrow<SessionClosedException> { leaked.listTools() }.code shouldBe ErrorCode.CLOSED
                }
            }

            test("throws what the body throws") {
                runTest {
                    val server = ScriptedServer(discovers)
                    shouldThrow<ReaderDied> { McpClient.connect(server.transport(), options()) { throw ReaderDied() } }
                    server.closed shouldBe 1
                }
            }

            test("a server that accepts but never answers ends in the connect timeout") {
                runTest {
                    val server = ScriptedServer("server/discover" to { awaitCancellation() })
                    val failure = shouldThrow<RequestTimeoutException> { McpClient.connect(server.transport(), options()) { } }
                    failure.deadline shouldBe "connect"
                    failure.limitMillis shouldBe 30_000
                    failure.phase shouldBe Phase.CONNECT
                    failure.isRetryable shouldBe true
                    currentTime shouldBe 30_000
                    server.closed shouldBe 1
                    coroutineContext[Job]!!.children.toList().shouldBeEmpty()
                }
            }

            test("cancelling the caller cancels the handshake, and is not reported as a failure") {
                runTest {
                    val server = ScriptedServer("server/discover" to { awaitCancellation() })
                    val connecting = launch { McpClient.connect(server.transport(), options()) { } }
                    delay(5)
                    connecting.cancelAndJoin()
                    connecting.isCancelled shouldBe true
                    server.closed shouldBe 1
                    currentTime shouldBe 5
                }
            }
        }

        context("open") {
            test("a failing child closes the session and leaves the scope alone, and later calls throw its exception") {
                runTest {
                    coroutineScope {
                        val session = McpClient.open(FailingReader(ScriptedServer(discovers), 10, ReaderDied()), this, options())
                        delay(20)
                        shouldThrow<ReaderDied> { session.listTools() }
                        shouldThrow<ReaderDied> { session.ping() }
                        session.close()
                    }
                }
            }

            test("a failing child ends the call that is under way") {
                runTest {
                    val server = ScriptedServer(discovers, "tools/list" to { awaitCancellation() })
                    coroutineScope {
                        val session = McpClient.open(FailingReader(server, 10, ReaderDied()), this, options())
                        shouldThrow<ReaderDied> { session.listTools() }
                        currentTime shouldBe 10
                        session.close()
                    }
                }
            }

            test("a child that fails during the handshake fails open, and nothing is left") {
                runTest {
                    val server = ScriptedServer("server/discover" to { awaitCancellation() })
                    coroutineScope {
                        shouldThrow<ReaderDied> { McpClient.open(FailingReader(server, 10, ReaderDied()), this, options()) }
                        coroutineContext[Job]!!.children.toList().shouldBeEmpty()
                    }
                }
            }

            test("ends with its scope") {
                runTest {
                    val holder = launch { McpClient.open(ScriptedServer(discovers).transport(), this, options()) }
                    yield()
                    holder.cancelAndJoin()
                }
            }
        }

        context("close") {
            test("may be called twice, and by many at once") {
                runTest {
                    val server = ScriptedServer(discovers)
                    coroutineScope {
                        val session = McpClient.open(server.transport(), this, options())
                        repeat(3) { launch { session.close() } }
                        session.close()
                    }
                    server.closed shouldBe 1
                }
            }

            test("ends the calls that are under way") {
                runTest {
                    val server = ScriptedServer(discovers, "tools/list" to { awaitCancellation() })
                    coroutineScope {
                        val session = McpClient.open(server.transport(), this, options())
                        launch { shouldThrow<SessionClosedException> { session.listTools() } }
                        delay(1)
                        session.close()
                    }
                }
            }

            test("does not wait for a server that hangs longer than its timeout") {
                runTest {
                    val hanging =
                        object : Transport {
                            override val endpoint = "memory:hanging"

                            override suspend fun open(scope: CoroutineScope, events: McpEvents): Connection {
                                val inner = InMemoryTransport(ScriptedServer(discovers)).open(scope, events)
                                return object : Connection by inner {
                                    override suspend fun close(context: ExchangeContext) = awaitCancellation()
                                }
                            }
                        }
                    McpClient.connect(hanging, options()) { }
                    currentTime shouldBeLessThanOrEqual 2_000
                }
            }
        }
    })
