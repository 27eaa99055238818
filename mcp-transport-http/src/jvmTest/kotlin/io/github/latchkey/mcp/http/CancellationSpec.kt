package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.RequestOptions
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.test.LeakCheck
import io.github.latchkey.mcp.test.RawConnection
import io.github.latchkey.mcp.test.RawServer
import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.ExchangeContext
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withTimeout
import java.io.IOException
import kotlin.time.TimeSource
import kotlin.time.measureTime

private class Stall(
    val name: String,
    val stall: RawConnection.() -> Unit,
)

private val STALLS =
    listOf(
        Stall("silence") { awaitClientClosed() },
        Stall("silence after half of the headers") {
            sendRaw("HTTP/1.1 200 OK\r\nContent-Type: appl")
            awaitClientClosed()
        },
        Stall("silence in a JSON body") {
            startChunked(contentType = "application/json")
            sendChunk("{")
            awaitClientClosed()
        },
        Stall("silence on an event stream") {
            startChunked()
            sendChunk(": hi\n\n")
            awaitClientClosed()
        },
        Stall("an event stream of comments") {
            startChunked()
            while (!isClientClosed) {
                sendChunk(": hi\n\n")
                pause(5)
            }
        },
        Stall("an error whose body stalls") {
            startChunked(500, "text/plain")
            awaitClientClosed()
        },
    )

class CancellationSpec : FunSpec({
    for (engine in ENGINES) {
        context("on $engine, a caller that is cancelled during") {
            engine.warmUp()
            withData(nameFn = Stall::name, STALLS) { case ->
                val leaks = LeakCheck.snapshot()
                answering(case.stall).use { server ->
                    engine.connected(server.url) { connection ->
                        coroutineScope {
                            val call = launch { connection.listTools() }
                            server.awaitRequests(1)
                            val start = TimeSource.Monotonic.markNow()
                            call.cancelAndJoin()
                            server.awaitClientClosed(1_000) shouldBe true
                            start.elapsedNow().inWholeMilliseconds shouldBeLessThan 1_000
                        }
                    }
                    server.requests.size shouldBe 1
                    server.scriptFailures shouldBe emptyList()
                }
                leaks.assertNothingLeftOf(engine)
            }
        }

        context("the exception of a cancelled exchange on $engine") {
            test("is the timeout's own when it was a timeout") {
                RawServer.silent().use { server ->
                    engine.connected(server.url) { connection ->
                        shouldThrow<TimeoutCancellationException> { withTimeout(100) { connection.listTools() } }
                    }
                }
            }

            test("is a cancellation even if the caller was cancelled for another failure") {
                RawServer.silent().use { server ->
                    engine.connected(server.url) { connection ->
                        val thrown = CompletableDeferred<Throwable?>()
                        shouldThrow<IOException> {
                            coroutineScope {
                                launch {
                                    try {
                                        connection.listTools()
                                    } catch (e: Throwable) {
                                        thrown.complete(e)
                                        throw e
                                    }
                                }
                                server.awaitRequests(1)
                                throw IOException("sibling")
                            }
                        }
                        (thrown.await() is CancellationException) shouldBe true
                    }
                }
            }
        }

        context("in the session era on $engine") {
            test("a cancelled request is cancelled at the server, too, with its session") {
                silentForTools().use { server ->
                    engine.inSession(server) { connection ->
                        coroutineScope {
                            val call = launch { connection.exchange(request("tools/list", id = 7), SESSION_CONTEXT) {} }
                            server.awaitRequests(2)
                            call.cancelAndJoin()
                        }
                    }
                    val notice = server.requests[2]
                    notice.jsonRpcMethod shouldBe "notifications/cancelled"
                    notice.body shouldContain """"params":{"requestId":7}"""
                    notice.header("MCP-Session-Id") shouldBe "s-1"
                    notice.header("MCP-Protocol-Version") shouldBe "2025-11-25"
                }
            }

            test("a server that does not answer is told, without keeping the caller") {
                RawServer.silent().use { server ->
                    val took =
                        measureTime {
                            engine.connected(server.url) { connection ->
                                coroutineScope {
                                    val call = launch { connection.listTools(SESSION_CONTEXT) }
                                    server.awaitRequests(1)
                                    measureTime { call.cancelAndJoin() }.inWholeMilliseconds shouldBeLessThan 500
                                }
                            }
                        }
                    took.inWholeMilliseconds shouldBeLessThan 2_500
                    server.awaitClientClosed(1_000) shouldBe true
                    server.requests.map { it.jsonRpcMethod } shouldContainExactly listOf("tools/list", "notifications/cancelled")
                }
            }

            test("a call that times out returns in time though the server is silent, and the server is told (HTTP-71)") {
                SessionScript(onPost = { awaitClientClosed() }).use { script ->
                    engine.session(script.url) { session ->
                        val took =
                            measureTime {
                                shouldThrow<RequestTimeoutException> {
                                    session.callTool("a", options = RequestOptions { requestTimeoutMillis(200) })
                                }
                            }
                        took.inWholeMilliseconds shouldBeLessThan 700
                    }
                    script.posted.last() shouldBe "notifications/cancelled"
                }
            }

            test("a call that ends with its session is cancelled at the server, too") {
                SessionScript(hasIds = false, onPost = { awaitClientClosed() }).use { script ->
                    coroutineScope {
                        val connecting = launch { engine.session(script.url) { session -> session.callTool("a") } }
                        script.server.awaitRequests(3)
                        connecting.cancelAndJoin()
                    }
                    script.posted shouldContainExactly
                        listOf("initialize", "notifications/initialized", "tools/call", "notifications/cancelled")
                }
            }

            test("initialize is never cancelled at the server") {
                RawServer.silent().use { server ->
                    engine.connected(server.url) { connection ->
                        coroutineScope {
                            val call = launch { connection.exchange(request("initialize"), context(version = null)) {} }
                            server.awaitRequests(1)
                            call.cancelAndJoin()
                        }
                    }
                    server.awaitClientClosed(1_000) shouldBe true
                    server.requests.size shouldBe 1
                }
            }

            test("a request that was answered is not cancelled") {
                RawServer.answering(500).use { server ->
                    engine.connected(server.url) { connection -> shouldThrow<McpException> { connection.listTools(SESSION_CONTEXT) } }
                    server.requests.size shouldBe 1
                }
            }

            test("a request whose messages cannot be handled is cancelled") {
                answering {
                    startChunked()
                    sendChunk(event("""{"jsonrpc":"2.0","method":"notifications/x"}"""))
                    awaitClientClosed()
                }.use { server ->
                    engine.connected(server.url) { connection ->
                        shouldThrow<IllegalStateException> { connection.listTools(SESSION_CONTEXT) { error("mine") } }
                    }
                    server.requests.map { it.jsonRpcMethod } shouldContainExactly listOf("tools/list", "notifications/cancelled")
                }
            }
        }

        context("many exchanges at once on $engine") {
            test("do not wait for each other") {
                val count = 100
                answering {
                    startChunked()
                    awaitClientClosed()
                }.use { server ->
                    engine.connected(server.url) { connection ->
                        supervisorScope {
                            val calls = List(count) { async { connection.exchange(request("tools/list", id = it), context()) {} } }
                            server.awaitRequests(count)
                            calls.forEach { it.cancel() }
                        }
                    }
                    server.awaitClientClosed(2_000) shouldBe true
                }
            }
        }
    }
})

/** Starts a session at [server] and runs [block] in it. */
internal suspend fun TestEngine.inSession(server: RawServer, block: suspend (Connection) -> Unit) {
    connected(server.url) { connection ->
        connection.exchange(request("initialize"), ExchangeContext(null, Phase.CONNECT)) {}
        block(connection)
    }
}

/** Answers `initialize` with session `s-1`, and nothing else. */
private fun silentForTools(): RawServer =
    RawServer.start { connection ->
        while (true) {
            val request = connection.readRequest() ?: break
            when (request.jsonRpcMethod) {
                "initialize" -> connection.sendAnswer(200, JSON + ("MCP-Session-Id" to "s-1"), """{"jsonrpc":"2.0","id":1,"result":{}}""")
                "tools/list" -> connection.awaitClientClosed()
                else -> connection.sendAnswer(202)
            }
        }
    }
