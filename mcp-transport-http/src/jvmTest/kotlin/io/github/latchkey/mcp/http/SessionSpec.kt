package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.HttpExchangeEvent
import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcNotification
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.NotMcpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProtocolException
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.SessionClosedException
import io.github.latchkey.mcp.SessionExpiredException
import io.github.latchkey.mcp.UnsupportedVersionException
import io.github.latchkey.mcp.test.RawConnection
import io.github.latchkey.mcp.test.RawServer
import io.github.latchkey.mcp.test.RecordedRequest
import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.ExchangeContext
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.coroutineScope
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.TimeSource

private const val INITIALIZED = """{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25"}}"""
private val NOTIFICATION = JsonRpcMessage.parse("""{"jsonrpc":"2.0","method":"notifications/initialized"}""")
private val CLOSING = context(ProtocolVersion.V2025_11_25, Phase.CLOSE, isBestEffort = true)

class SessionSpec : FunSpec({
    for (engine in ENGINES) {
        context("a session id on $engine") {
            test("is taken from a JSON answer to initialize and sent with everything that follows") {
                sessionServer { sendAnswer(200, JSON + ("Mcp-Session-Id" to "s-1"), INITIALIZED) }.use { server ->
                    engine.open(server) { connection ->
                        connection.initialize()
                        connection.send(NOTIFICATION, SESSION_CONTEXT)
                        connection.listTools(SESSION_CONTEXT)
                        connection.close(CLOSING)
                    }
                    server.requests.map {
                        "${it.method} ${it.header("MCP-Session-Id")} ${it.header("MCP-Protocol-Version")}"
                    } shouldContainExactly
                        listOf("POST null null", "POST s-1 2025-11-25", "POST s-1 2025-11-25", "DELETE s-1 2025-11-25")
                }
            }

            test("is taken from an event stream, too") {
                sessionServer {
                    sendRaw(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nMcp-Session-Id: s-2\r\nTransfer-Encoding: chunked\r\n\r\n",
                    )
                    sendChunk(event(INITIALIZED))
                    sendChunk("")
                }.use { server ->
                    engine.open(server) { connection ->
                        connection.initialize()
                        connection.listTools(SESSION_CONTEXT)
                    }
                    server.requests.last().header("MCP-Session-Id") shouldBe "s-2"
                }
            }

            test("is not taken from any other answer") {
                RawServer.answering(200, JSON + ("MCP-Session-Id" to "evil"), RESULT).use { server ->
                    engine.open(server) { connection ->
                        connection.listTools(SESSION_CONTEXT)
                        connection.listTools(SESSION_CONTEXT)
                    }
                    server.requests.map { it.header("MCP-Session-Id") } shouldContainExactly listOf(null, null)
                }
            }

            test("is not taken in the stateless era") {
                RawServer.answering(200, JSON + ("MCP-Session-Id" to "evil"), RESULT).use { server ->
                    engine.open(server) { connection ->
                        connection.listTools()
                        connection.listTools()
                        connection.close(context(phase = Phase.CLOSE))
                    }
                    server.requests.map { "${it.method} ${it.header("MCP-Session-Id")}" } shouldContainExactly
                        listOf("POST null", "POST null")
                }
            }

            test("is refused when it is not visible ASCII") {
                RawServer.answering(200, JSON + ("MCP-Session-Id" to "a b"), INITIALIZED).use { server ->
                    engine.open(server) { connection -> shouldThrow<ProtocolException> { connection.initialize() } }
                }
            }

            test("is replaced by a new initialize, which is sent without it, once the server knows that it is initialized") {
                var count = 0
                sessionServer { sendAnswer(200, JSON + ("MCP-Session-Id" to "s-${++count}"), INITIALIZED) }.use { server ->
                    engine.open(server) { connection ->
                        connection.initialize()
                        connection.initialize()
                        connection.listTools(SESSION_CONTEXT)
                        connection.send(JsonRpcNotification("notifications/initialized", null), SESSION_CONTEXT)
                        connection.listTools(SESSION_CONTEXT)
                    }
                    server.requests.map { it.header("MCP-Session-Id") } shouldContainExactly listOf(null, null, "s-1", "s-2", "s-2")
                }
            }

            test("that is gone makes a 404 a lost session, whatever its body") {
                answering(1) { number ->
                    if (number == 1) {
                        sendAnswer(200, JSON + ("MCP-Session-Id" to "s-1"), INITIALIZED)
                    } else {
                        sendAnswer(404, JSON, """{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}}""")
                    }
                }.use { server ->
                    engine.open(server) { connection ->
                        connection.initialize()
                        shouldThrow<SessionExpiredException> { connection.listTools(SESSION_CONTEXT) }
                    }
                }
            }

            test("that was never given leaves a 404 what it is") {
                RawServer.answering(404).use { server ->
                    engine.open(server) { connection -> shouldThrow<NotMcpException> { connection.listTools(SESSION_CONTEXT) } }
                }
            }
        }

        context("a session in a revision that is not spoken, on $engine") {
            test("is ended with a DELETE (VER-04)") {
                val result = """{"protocolVersion":"2031-01-01","capabilities":{},"serverInfo":{"name":"s","version":"1"}}"""
                sessionServer {
                    sendAnswer(200, JSON + ("MCP-Session-Id" to "s-1"), """{"jsonrpc":"2.0","id":1,"result":$result}""")
                }.use { server ->
                    shouldThrow<UnsupportedVersionException> { engine.session(server.url) { } }
                    server.requests.map { "${it.method} ${it.header("MCP-Session-Id")}" } shouldContainExactly
                        listOf("POST null", "DELETE s-1")
                }
            }
        }

        context("send on $engine") {
            withData(
                nameFn = { (status, type) -> "is content with HTTP $status and ${type ?: "no body"}" },
                202 to null,
                204 to null,
                200 to "application/json",
                202 to "text/plain",
                200 to "text/html",
            ) { (status, type) ->
                val server = if (type ==
                    null
                ) {
                    RawServer.answering(status)
                } else {
                    RawServer.answering(status, mapOf("Content-Type" to type), "{whatever")
                }
                server.use { engine.open(it) { connection -> connection.send(NOTIFICATION, SESSION_CONTEXT) } }
                server.requests.size shouldBe 1
            }

            test("does not wait for the end of a stream") {
                answering {
                    startChunked()
                    awaitClientClosed()
                }.use { server ->
                    val start = TimeSource.Monotonic.markNow()
                    engine.open(server) { it.send(NOTIFICATION, SESSION_CONTEXT) }
                    start.elapsedNow().inWholeMilliseconds shouldBeLessThan 1_000
                }
            }

            test("fails as a request does") {
                RawServer.answering(400).use { server ->
                    val failure = engine.open(server) { connection ->
                        shouldThrow<McpException> { connection.send(NOTIFICATION, SESSION_CONTEXT) }
                    }
                    failure.code shouldBe ErrorCode.REJECTED
                }
            }
        }

        context("close on $engine") {
            test("sends nothing without a session") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    engine.open(server) { it.close(CLOSING) }
                    server.requests.size shouldBe 0
                }
            }

            withData(nameFn = { "takes HTTP $it for an answer" }, 200, 404, 405, 401, 500) { status ->
                answering(1) { number ->
                    if (number == 1) sendAnswer(200, JSON + ("MCP-Session-Id" to "s-1"), INITIALIZED) else sendAnswer(status)
                }.use { server ->
                    engine.open(server) { connection ->
                        connection.initialize()
                        connection.close(CLOSING)
                        connection.close(CLOSING)
                    }
                    server.requests.map { it.method } shouldContainExactly listOf("POST", "DELETE")
                }
            }

            test("takes 2 s at most when the server is silent") {
                answering(1) { number ->
                    if (number == 1) sendAnswer(200, JSON + ("MCP-Session-Id" to "s-1"), INITIALIZED) else awaitClientClosed()
                }.use { server ->
                    engine.open(server) { connection ->
                        connection.initialize()
                        val start = TimeSource.Monotonic.markNow()
                        connection.close(CLOSING)
                        start.elapsedNow().inWholeMilliseconds shouldBeLessThan 2_500
                    }
                    server.awaitClientClosed(1_000) shouldBe true
                }
            }

            test("makes later use fail") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    engine.open(server) { connection ->
                        connection.close(CLOSING)
                        shouldThrow<SessionClosedException> { connection.listTools() }
                    }
                }
            }
        }

        context("the request on $engine") {
            test("has the headers of a stateless request") {
                RawServer.answering(200, JSON, """{"jsonrpc":"2.0","id":1,"result":{}}""").use { server ->
                    engine.open(server) { it.exchange(request("tools/call", """{"name":"größe"}"""), context()) {} }
                    val sent = server.requests.single()
                    sent.method shouldBe "POST"
                    sent.header("Accept") shouldBe "application/json, text/event-stream"
                    sent.header("Content-Type") shouldBe "application/json"
                    sent.header("MCP-Protocol-Version") shouldBe "2026-07-28"
                    sent.header("Mcp-Method") shouldBe "tools/call"
                    sent.header("Mcp-Name") shouldBe "=?base64?Z3LDtsOfZQ==?="
                    sent.header("Upgrade").shouldBeNull()
                    sent.header("Origin").shouldBeNull()
                    sent.body shouldBe """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"größe"}}"""
                }
            }

            test("has mirrored arguments in its headers, empty ones included") {
                RawServer.answering(200, JSON, """{"jsonrpc":"2.0","id":1,"result":{}}""").use { server ->
                    val mirrored = mapOf("Region" to "us west", "Empty" to "")
                    val context = ExchangeContext(ProtocolVersion.V2026_07_28, Phase.REQUEST, mirrored = mirrored)
                    engine.open(server) { it.exchange(request("tools/call", """{"name":"a"}"""), context) {} }
                    val sent = server.requests.single()
                    sent.header("Mcp-Param-Region") shouldBe "us west"
                    sent.headerValues("Mcp-Param-Empty") shouldContainExactly listOf("")
                }
            }

            test("goes to the very path and query") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    engine.connected(server.url + "/a%20b/mcp?x=1%2B2&y=a+b&z") { it.listTools() }
                    server.requests.single().let { "${it.path}?${it.query}" } shouldBe "/a%20b/mcp?x=1%2B2&y=a+b&z"
                }
            }

            test("carries the headers of the options") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    engine.connected(server.url, configure = { header("X-Api-Key", "k").header("User-Agent", "me") }) { it.listTools() }
                    server.requests.single().header("X-Api-Key") shouldBe "k"
                    server.requests.single().headerValues("User-Agent") shouldContainExactly listOf("me")
                }
            }

            test("is told to the events, without what the query holds") {
                val log = EventLog()
                RawServer.answering(200, JSON, RESULT).use { server ->
                    engine.connected(server.url + "/?key=secret", log) { it.listTools() }
                    val event = log.all<HttpExchangeEvent>().single()
                    "${event.httpMethod} ${event.rpcMethod} ${event.status}" shouldBe "POST tools/list 200"
                    event.url shouldBe server.url + "/?key=***"
                }
            }
        }
    }
})

private suspend fun <T> TestEngine.open(server: RawServer, block: suspend (Connection) -> T): T =
    coroutineScope {
        val options = HttpTransportOptions { on(this@open) }
        block(StreamableHttpTransport(server.url, options).open(this, McpEvents.NONE))
    }

private suspend fun Connection.initialize() = exchange(request("initialize"), context(version = null, phase = Phase.CONNECT)) {}

/** Treats the n-th request by [answer], counted over all connections. */
private fun answering(first: Int, answer: RawConnection.(number: Int) -> Unit): RawServer {
    val next = AtomicInteger(first)
    return RawServer.start { connection ->
        while (connection.readRequest() != null) connection.answer(next.getAndIncrement())
    }
}

/** Treats `initialize` by [initialize], and accepts everything else. */
private fun sessionServer(initialize: RawConnection.() -> Unit): RawServer =
    RawServer.start { connection ->
        while (true) {
            val request = connection.readRequest() ?: break
            if (request.jsonRpcMethod == "initialize") connection.initialize() else connection.accept(request)
        }
    }

private fun RawConnection.accept(request: RecordedRequest) {
    if (request.jsonRpcMethod == "tools/list") sendAnswer(200, JSON, RESULT) else sendAnswer(202)
}
