package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.StreamEvent
import io.github.latchkey.mcp.WarningEvent
import io.github.latchkey.mcp.test.LeakCheck
import io.github.latchkey.mcp.test.RawConnection
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.withTimeout
import kotlin.time.measureTime

private fun ping(id: String) = event("""{"jsonrpc":"2.0","id":$id,"method":"ping"}""")

private fun RawConnection.stayOpen(vararg events: String) {
    startChunked()
    events.forEach(::sendChunk)
    awaitClientClosed()
}

class ServerStreamSpec : FunSpec({
    for (engine in ENGINES) {
        context("the server's own stream on $engine") {
            engine.warmUp()
            test("is not opened unless it was asked for") {
                SessionScript().use { script ->
                    engine.session(script.url) { it.ping() }
                    script.sent("GET").shouldBeEmpty()
                }
            }

            test("is not opened in the stateless era") {
                SessionScript().use { script ->
                    engine.connected(script.url, configure = { serverStream(true) }) { it.listen(context(phase = Phase.STREAM), {}) {} }
                    script.server.requests.shouldBeEmpty()
                }
            }

            test("is open when connect returns, after the notice that the handshake is done (HTTP-38)") {
                val log = EventLog()
                val script =
                    SessionScript(onGet = { _, _ ->
                        pause(150)
                        stayOpen()
                    })
                script.use {
                    engine.session(script.url, log, hasServerStream = true) {
                        log.all<StreamEvent>().single().isOpen shouldBe true
                        script.server.requests.last().method shouldBe "GET"
                    }
                    val get = script.sent("GET").single()
                    get.header("Accept") shouldBe "text/event-stream"
                    get.header("MCP-Session-Id") shouldBe "s-1"
                    get.header("MCP-Protocol-Version") shouldBe "2025-11-25"
                    get.header("Last-Event-ID").shouldBeNull()
                }
            }

            withData(nameFn = {
                "brings requests, which are answered by POST with the very id $it (RPC-04, TRAP-09)"
            }, "\"7\"", "7") { id ->
                SessionScript(onGet = { _, _ -> stayOpen(ping(id)) }).use { script ->
                    engine.session(script.url, hasServerStream = true) { script.server.awaitRequests(4) }
                    val answer = script.sent("POST").last()
                    answer.body shouldBe """{"jsonrpc":"2.0","id":$id,"result":{}}"""
                    answer.header("MCP-Session-Id") shouldBe "s-1"
                    answer.header("MCP-Protocol-Version") shouldBe "2025-11-25"
                }
            }

            test("brings no responses: one that comes there is told (HTTP-36)") {
                val log = EventLog()
                SessionScript(onGet = { _, _ -> stayOpen(event(toolsResult("1")), ping("1")) }).use { script ->
                    engine.session(script.url, log, hasServerStream = true) {
                        script.server.awaitRequests(4)
                        it.listTools()
                    }
                }
                log.all<WarningEvent>().single().message shouldContain "nobody waits for (id 1)"
            }

            test("survives an event that is not JSON-RPC (HTTP-46)") {
                val log = EventLog()
                SessionScript(onGet = { _, _ -> stayOpen(event("{broken"), event("[]"), ping("1")) }).use { script ->
                    engine.session(script.url, log, hasServerStream = true) { script.server.awaitRequests(4) }
                }
                log.all<WarningEvent>().size shouldBe 2
            }

            withData(nameFn = {
                "may be refused with $it, and then is let be (HTTP-35, TRAP-08)"
            }, 400, 404, 405, 406, 410, 500) { status ->
                val log = EventLog()
                SessionScript(onGet = { _, _ -> sendAnswer(status) }).use { script ->
                    engine.session(script.url, log, hasServerStream = true) { it.listTools() }
                    script.sent("GET").size shouldBe 1
                    script.posted shouldContainExactly listOf("initialize", "notifications/initialized", "tools/list")
                }
                log.all<StreamEvent>().single().reason.orEmpty() shouldContain "HTTP $status"
            }

            test("may turn out to be a web page, and then is let be") {
                SessionScript(onGet = { _, _ -> sendAnswer(200, mapOf("Content-Type" to "text/html"), "<html>") }).use { script ->
                    engine.session(script.url, hasServerStream = true) { it.listTools() }
                    script.sent("GET").size shouldBe 1
                }
            }

            test("is opened again where it ended, from the last id and when the server said (HTTP-51, HTTP-52)") {
                val script =
                    SessionScript(onGet = { _, number ->
                        if (number == 1) sendStream(eventWithId("a1", retryMillis = 200)) else stayOpen(ping("1"))
                    })
                script.use {
                    engine.session(script.url, hasServerStream = true) { script.server.awaitRequests(5) }
                    script.sent("GET").map { it.header("Last-Event-ID") } shouldContainExactly listOf(null, "a1")
                    val waited = (script.getTimes[1] - script.getTimes[0]).inWholeMilliseconds
                    waited shouldBeInRange 190L..1_000L
                }
            }

            test("is opened again after its connection broke and its server failed for a while") {
                val script =
                    SessionScript(onGet = { _, number ->
                        when (number) {
                            1 -> {
                                startChunked()
                                sendChunk(": hi\n\n")
                                pause(20)
                                reset()
                            }

                            2, 3 -> sendAnswer(503)

                            else -> stayOpen(ping("1"))
                        }
                    })
                script.use {
                    engine.session(script.url, hasServerStream = true, configure = { firstReconnectMillis = 10 }) {
                        script.server.awaitRequests(7)
                    }
                    script.sent("GET").size shouldBe 4
                }
            }

            test("is given up when it is lost five times in a row, and the session goes on") {
                val log = EventLog()
                val isOver = CompletableDeferred<String>()
                SessionScript(onGet = { _, _ -> sendStream() }).use { script ->
                    engine.session(
                        script.url,
                        {
                            log.onEvent(it)
                            if (it is WarningEvent) isOver.complete(it.message)
                        },
                        hasServerStream = true,
                        configure = { firstReconnectMillis = 10 },
                    ) { session ->
                        withTimeout(5_000) { isOver.await() } shouldContain "5 times in a row"
                        session.listTools()
                    }
                    script.sent("GET").size shouldBe 6
                }
            }

            test("begins the session anew when the server has lost it, and is opened in that (HTTP-26)") {
                val script =
                    SessionScript(onGet = { request, number ->
                        when {
                            number == 1 -> sendStream(eventWithId("a1", retryMillis = 5))
                            request.header("MCP-Session-Id") == "s-1" -> sendAnswer(404)
                            else -> stayOpen(ping("1"))
                        }
                    })
                script.use {
                    engine.session(script.url, hasServerStream = true) { session ->
                        script.server.awaitRequests(8)
                        session.listTools()
                    }
                    script.sent("GET").map { "${it.header("MCP-Session-Id")} ${it.header("Last-Event-ID")}" } shouldContainExactly
                        listOf("s-1 null", "s-1 a1", "s-2 null")
                    script.posted.filter { it == "initialize" }.size shouldBe 2
                    script.sent("POST").last().header("MCP-Session-Id") shouldBe "s-2"
                }
            }

            test("has credentials, and better ones after a 401 (TRAP-35)") {
                val authorizer = Renewing()
                val script =
                    SessionScript(onGet = { request, _ ->
                        if (request.header("Authorization") == "Bearer t1") stayOpen() else sendAnswer(401)
                    })
                script.use {
                    engine.session(script.url, hasServerStream = true, configure = { authorizer(authorizer) }) { it.ping() }
                    authorizer.challenged shouldContainExactly listOf("GET")
                    script.sent("GET").size shouldBe 2
                }
            }

            test("that wants credentials which nobody has is told, and the session goes on") {
                val log = EventLog()
                SessionScript(onGet = { _, _ -> sendAnswer(401) }).use { script ->
                    engine.session(script.url, log, hasServerStream = true) { it.ping() }
                    script.sent("GET").size shouldBe 1
                }
                log.all<WarningEvent>().single().message shouldContain "HTTP 401"
            }

            test("ends with the session, at once (TRAP-42)") {
                val leaks = LeakCheck.snapshot()
                SessionScript(onGet = { _, _ -> stayOpen() }).use { script ->
                    val took = measureTime { engine.session(script.url, hasServerStream = true) { } }
                    took.inWholeMilliseconds shouldBeLessThan 1_500
                }
                leaks.assertNothingLeftOf(engine, timeoutMillis = 8_000)
            }
        }
    }
})
