package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.EraMemory
import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.McpSession
import io.github.latchkey.mcp.NotMcpException
import io.github.latchkey.mcp.ProtocolException
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.RequestOptions
import io.github.latchkey.mcp.UnauthorizedException
import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.test.LeakCheck
import io.github.latchkey.mcp.test.LoopbackServer
import io.github.latchkey.mcp.test.Protection
import io.github.latchkey.mcp.test.RawConnection
import io.github.latchkey.mcp.test.RawServer
import io.github.latchkey.mcp.test.RecordedCall
import io.github.latchkey.mcp.test.RecordedRequest
import io.github.latchkey.mcp.test.ScriptedAnswer
import io.github.latchkey.mcp.test.ScriptedMcpServer
import io.github.latchkey.mcp.test.ScriptedMcpServerBuilder
import io.github.latchkey.mcp.test.TokenInfo
import io.github.latchkey.mcp.test.ToolResults
import io.github.latchkey.mcp.test.sseMcpServer
import io.github.latchkey.mcp.transport.BearerToken
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.serialization.json.JsonObject
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.time.measureTime

/** HTTP+SSE of 2024-11-05, the last of the fallbacks (VER-25, LSSE-01 to LSSE-06). */
class LegacySseSpec : FunSpec({
    for (engine in ENGINES) {
        context("a server of HTTP+SSE on $engine") {
            engine.warmUp()
            test("is found, used and left") {
                val leaks = LeakCheck.snapshot()
                val server = toolServer()
                serveSse(server) { url ->
                    val progress = mutableListOf<Double>()
                    engine.connect(url) { session ->
                        session.protocolVersion shouldBe ProtocolVersion.V2024_11_05
                        session.listTools().size shouldBe 3
                        session.callTool("count", options = RequestOptions { onProgress { progress += it.progress } })
                        session.callTool("ask").text shouldBe "{}"
                    }
                    progress shouldContainExactly listOf(1.0, 2.0)
                }
                val lines = server.requests.map { "${it.method} ${it.path} ${it.jsonRpcMethod}" }
                lines.take(5) shouldContainExactly
                    listOf(
                        "POST /sse server/discover",
                        "POST /sse initialize",
                        "GET /sse null",
                        "POST /sse/messages initialize",
                        "POST /sse/messages notifications/initialized",
                    )
                server.requests.drop(2).forEach {
                    it.header("MCP-Session-Id").shouldBeNull()
                    it.header("MCP-Protocol-Version").shouldBeNull()
                }
                server.sessionIds.shouldBeEmpty()
                leaks.assertNothingLeftOf(engine, timeoutMillis = 8_000)
            }

            withData(nameFn = { "is found when it answers a POST to its stream with $it (VER-25, VER-26)" }, 400, 404, 405) { status ->
                val server = toolServer()
                serveSse(server) { url ->
                    repeat(2) { server.answerNext(ScriptedAnswer.of(status)) }
                    engine.connect(url) { it.listTools().size shouldBe 3 }
                }
                server.requests.map { it.method }.take(3) shouldContainExactly listOf("POST", "POST", "GET")
            }

            test("accepts a message with any 2xx, and refuses one with anything else (LSSE-05)") {
                SseScript().use { script ->
                    engine.connect(script.url) { session ->
                        script.accept = { sendAnswer(200, mapOf("Content-Type" to "text/html"), "<html>") }
                        session.listTools()
                        script.accept = { sendAnswer(204) }
                        session.listTools()
                        script.accept = { sendAnswer(500) }
                        shouldThrow<McpException> { session.listTools() }.status shouldBe 500
                        script.accept = { sendAnswer(202) }
                        session.listTools()
                    }
                }
            }

            test("gets credentials on GET and POST alike (LSSE-06)") {
                val server = toolServer { protection(Protection { acceptedTokens(mapOf("good" to TokenInfo("client"))) }) }
                serveSse(server) { url -> engine.connect(url, { authorizer(BearerToken("good")) }) { it.listTools() } }
                server.requests.map { it.header("Authorization") }.distinct() shouldContainExactly listOf("Bearer good")
            }

            test("that ends its stream ends every waiting call, and the session with it") {
                val server = toolServer()
                serveSse(server) { url ->
                    supervisorScope {
                        val session = engine.open(url, this)
                        val calls = List(2) { async { session.callTool("hang") } }
                        server.awaitCalls(3)
                        server.expireSession()
                        for (call in calls) {
                            shouldThrow<UnreachableException> { call.await() }.message shouldContain
                                "ended the event stream"
                        }
                        shouldThrow<UnreachableException> { session.listTools() }
                        session.close()
                    }
                }
            }

            test("is told of a call that is cancelled, whose caller returns at once (LSSE-02)") {
                val server = toolServer()
                serveSse(server) { url ->
                    engine.connect(url) { session ->
                        coroutineScope {
                            val call = launch { session.callTool("hang") }
                            val record = server.awaitCalls(2).last()
                            measureTime { call.cancelAndJoin() }.inWholeMilliseconds shouldBeLessThan 500
                            record.awaitEnd() shouldBe RecordedCall.State.CANCELLED
                        }
                    }
                }
            }

            test("is not looked for when that is turned off (LSSE-07)") {
                val server = toolServer()
                serveSse(server) { url ->
                    shouldThrow<NotMcpException> { engine.connect(url, { legacySse(false) }) { } }.status shouldBe 405
                }
                server.requests.map { it.method } shouldContainExactly listOf("POST", "POST")
            }
        }

        context("an endpoint event on $engine") {
            test("that leads to another origin is refused, and what failed first is reported (LSSE-04)") {
                RawServer.start { connection ->
                    while (true) {
                        val request = connection.readRequest() ?: break
                        if (request.method == "GET") {
                            connection.startChunked()
                            connection.sendChunk("event: endpoint\ndata: http://evil.example/steal?sessionId=1\n\n")
                            connection.awaitClientClosed()
                        } else {
                            connection.sendAnswer(405)
                        }
                    }
                }.use { server ->
                    val failure = shouldThrow<NotMcpException> { engine.connect(server.url) { } }
                    failure.status shouldBe 405
                    failure.suppressedExceptions.filterIsInstance<ProtocolException>().single().message shouldContain "another origin"
                    server.requests.size shouldBe 3
                }
            }

            withData(
                nameFn = { "must be there at once: $it" },
                "data: {}\n\n",
                "event: message\ndata: {}\n\n",
                "event: endpoint\ndata: ftp://x/\n\n",
            ) { first ->
                answeringGet {
                    startChunked()
                    sendChunk(first)
                    awaitClientClosed()
                }.use { server ->
                    val failure = shouldThrow<NotMcpException> { engine.connect(server.url) { } }
                    failure.suppressedExceptions.filterIsInstance<ProtocolException>().single().message.orEmpty() shouldStartWith server.url
                }
            }

            test("may be relative, and keeps its escapes and query (LSSE-04)") {
                answeringGet {
                    startChunked()
                    sendChunk("event: endpoint\ndata: m%2Fx?s=a%2Bb&t\n\n")
                    awaitClientClosed()
                }.use { server ->
                    shouldThrow<McpException> { engine.connect(server.url + "/a/sse") { } }
                    val post = server.requests.last()
                    "${post.method} ${post.path}?${post.query}" shouldBe "POST /a/m%2Fx?s=a%2Bb&t"
                }
            }
        }

        context("HTTP+SSE on $engine is no way out") {
            withData(nameFn = { "of HTTP $it to initialize" }, 401, 403, 410, 500) { status ->
                answeringGet(status) { sendAnswer(500) }.use { server ->
                    shouldThrow<McpException> { engine.connect(server.url) { } }.status shouldBe status
                    server.requests.none { it.method == "GET" } shouldBe true
                }
            }

            test("of an error that only newer servers send (VER-22)") {
                val error = """{"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"no","data":{"supported":["2026-07-28"]}}}"""
                RawServer.answering(400, JSON, error).use { server ->
                    shouldThrow<McpException> { engine.session(server.url) { } }
                    server.requests.map { it.method } shouldContainExactly listOf("POST")
                }
            }

            test("where the GET is refused, too: what the POST met is reported") {
                RawServer.answering(404).use { server ->
                    val failure = shouldThrow<NotMcpException> { engine.connect(server.url) { } }
                    failure.message shouldContain "initialize"
                    server.requests.map { it.method } shouldContainExactly listOf("POST", "POST", "GET")
                }
            }

            test("of a 401 to its GET: that is reported, as it can be mended, and what the POST met is attached") {
                answeringGet { sendAnswer(401) }.use { server ->
                    val failure = shouldThrow<UnauthorizedException> { engine.connect(server.url) { } }
                    failure.suppressedExceptions.filterIsInstance<NotMcpException>().size shouldBe 1
                }
            }
        }
    }
})

private fun toolServer(configure: ScriptedMcpServerBuilder.() -> Unit = {}) =
    ScriptedMcpServer {
        tool("count") { _, call ->
            call.progress(1.0)
            call.progress(2.0)
            ToolResults.text("done")
        }
        tool("ask") { _, call -> ToolResults.text(call.request("ping", JsonObject(emptyMap())).toString()) }
        tool("hang") { _, _ -> awaitCancellation() }
        configure()
    }

private suspend fun serveSse(server: ScriptedMcpServer, block: suspend (url: String) -> Unit) =
    LoopbackServer.start({ sseMcpServer(server) }).use { block(it.url + "/sse") }

/** A server of HTTP+SSE, on plain sockets, that answers the POST of a message by [accept]. */
private class SseScript : AutoCloseable {
    @Volatile
    var accept: RawConnection.() -> Unit = { sendAnswer(202) }
    private val messages = LinkedBlockingQueue<String>()
    private val server: RawServer = RawServer.start { connection ->
        while (true) connection.answer(connection.readRequest() ?: break)
    }
    val url: String get() = server.url + "/sse"

    override fun close() = server.close()

    private fun RawConnection.answer(request: RecordedRequest) {
        when {
            request.method == "GET" -> stream()

            request.path == "/sse" -> sendAnswer(405)

            else -> {
                when (request.jsonRpcMethod) {
                    "initialize" -> messages += initialized(request.rpcId, ProtocolVersion.V2024_11_05)
                    "tools/list" -> messages += toolsResult(request.rpcId)
                }
                accept()
            }
        }
    }

    private fun RawConnection.stream() {
        startChunked()
        sendChunk("event: endpoint\ndata: /messages\n\n")
        while (!isClientClosed) messages.poll(20, TimeUnit.MILLISECONDS)?.let { sendChunk(event(it)) }
    }
}

/** Answers every POST with [status], and a GET by [answer]. */
private fun answeringGet(status: Int = 405, answer: RawConnection.() -> Unit): RawServer =
    RawServer.start { connection ->
        while (true) {
            val request = connection.readRequest() ?: break
            if (request.method == "GET") connection.answer() else connection.sendAnswer(status)
        }
    }

private fun TestEngine.transport(url: String, configure: HttpTransportOptions.Builder.() -> Unit) =
    StreamableHttpTransport(
        url,
        HttpTransportOptions {
            on(this@transport)
            configure()
        },
    )

private fun clientOptions(events: McpEvents = McpEvents.NONE) =
    ClientOptions {
        events(events)
        eraMemory(EraMemory())
    }

private suspend fun <T> TestEngine.connect(
    url: String,
    configure: HttpTransportOptions.Builder.() -> Unit = {},
    block: suspend (McpSession) -> T,
): T = McpClient.connect(transport(url, configure), clientOptions(), block)

private suspend fun TestEngine.open(url: String, scope: CoroutineScope): McpSession =
    McpClient.open(transport(url) { }, scope, clientOptions())
