package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.JsonRpcException
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.MessageTooLargeException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProtocolException
import io.github.latchkey.mcp.test.LeakCheck
import io.github.latchkey.mcp.test.RawConnection
import io.github.latchkey.mcp.test.RawServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlin.time.TimeSource

private class FailingAnswer(
    val name: String,
    val code: ErrorCode,
    val inMessage: String,
    val status: Int?,
    val answer: RawConnection.() -> Unit,
)

private fun status(status: Int, code: ErrorCode, type: String? = null, body: String = "") =
    FailingAnswer("HTTP $status${type?.let { " with $it" }.orEmpty()}", code, "HTTP $status", status) {
        sendAnswer(status, if (type == null) LAST else LAST + ("Content-Type" to type), body)
    }

private fun json(name: String, code: ErrorCode, inMessage: String, body: String) =
    FailingAnswer(name, code, inMessage, 200) { sendAnswer(200, JSON + LAST, body) }

private fun raw(name: String, code: ErrorCode, inMessage: String, status: Int?, answer: RawConnection.() -> Unit) =
    FailingAnswer(name, code, inMessage, status) {
        answer()
        close()
    }

// Else the engine would keep the connection for a while, as it should.
private val LAST = mapOf("Connection" to "close")

private const val LAST_STREAM =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"

private const val HTML = "<!doctype html><html><body>Welcome</body></html>"

private val FAILING_ANSWERS =
    listOf(
        status(401, ErrorCode.UNAUTHORIZED),
        status(403, ErrorCode.FORBIDDEN),
        status(404, ErrorCode.NOT_MCP),
        status(404, ErrorCode.NOT_MCP, "text/html", HTML),
        status(405, ErrorCode.NOT_MCP),
        status(400, ErrorCode.REJECTED, "text/plain", "no"),
        status(406, ErrorCode.REJECTED),
        status(413, ErrorCode.REJECTED, "text/html", HTML),
        status(429, ErrorCode.RATE_LIMITED),
        status(500, ErrorCode.SERVER_ERROR, "text/html", HTML),
        status(503, ErrorCode.SERVER_ERROR),
        status(302, ErrorCode.REJECTED),
        status(307, ErrorCode.REJECTED),
        status(200, ErrorCode.NOT_MCP, "text/html", HTML),
        status(200, ErrorCode.NOT_MCP, "text/plain", RESULT),
        status(200, ErrorCode.NOT_MCP),
        status(200, ErrorCode.NOT_MCP, "application/json"),
        status(202, ErrorCode.NOT_MCP),
        status(204, ErrorCode.NOT_MCP),
        json("a body that is not JSON", ErrorCode.PROTOCOL, "not JSON-RPC", "{broken"),
        json("an answer with a wrong id", ErrorCode.PROTOCOL, "another request", """{"jsonrpc":"2.0","id":2,"result":{}}"""),
        json(
            "an answer with a string for a number as id",
            ErrorCode.PROTOCOL,
            "another request",
            """{"jsonrpc":"2.0","id":"1","result":{}}""",
        ),
        json("an error with a wrong id", ErrorCode.PROTOCOL, "another", """{"jsonrpc":"2.0","id":2,"error":{"code":1,"message":"x"}}"""),
        json("a batch outside 2025-03-26", ErrorCode.PROTOCOL, "not JSON-RPC", "[$RESULT]"),
        json("a notification instead of the response", ErrorCode.PROTOCOL, "no response", """{"jsonrpc":"2.0","method":"x"}"""),
        FailingAnswer("a stream that ends without the response", ErrorCode.PROTOCOL, "ended without the response", 200) {
            sendRaw(LAST_STREAM)
            sendChunk(event("""{"jsonrpc":"2.0","method":"notifications/x"}"""))
            sendChunk("")
        },
        FailingAnswer("a stream that ends in the middle of the response", ErrorCode.PROTOCOL, "ended without the response", 200) {
            sendRaw(LAST_STREAM)
            sendChunk("data: $RESULT\n")
            sendChunk("")
        },
        raw("a stream cut between chunks", ErrorCode.PROTOCOL, "", 200) {
            startChunked()
            sendChunk(": hi\n\n")
        },
        raw("a stream cut inside a chunk", ErrorCode.PROTOCOL, "", 200) {
            startChunked()
            sendRaw("100\r\ndata: {")
        },
        raw("a JSON body cut between chunks", ErrorCode.PROTOCOL, "", 200) {
            startChunked(contentType = "application/json")
            sendChunk(RESULT.take(20))
        },
        raw("a JSON body shorter than announced", ErrorCode.PROTOCOL, "", 200) {
            sendRaw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${RESULT.length}\r\n\r\n${RESULT.take(20)}")
        },
        raw("a JSON body that is whole but shorter than announced", ErrorCode.PROTOCOL, "", 200) {
            sendRaw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${RESULT.length + 9}\r\n\r\n$RESULT")
        },
        raw("a reset before the body", ErrorCode.PROTOCOL, "broke off", 200) {
            startChunked(contentType = "application/json")
            pause(50)
            reset()
        },
        raw("a reset in the body", ErrorCode.PROTOCOL, "", 200) {
            startChunked(contentType = "application/json")
            sendChunk("{")
            pause(50)
            reset()
        },
        raw("a close before any answer", ErrorCode.UNREACHABLE, "no answer", null) {},
        raw("a reset before any answer", ErrorCode.UNREACHABLE, "no answer", null) { reset() },
        raw("a close in the headers", ErrorCode.UNREACHABLE, "no answer", null) { sendRaw("HTTP/1.1 200 OK\r\nContent-Ty") },
        raw("bytes that are not HTTP", ErrorCode.PROTOCOL, "not HTTP", null) { sendRaw("SSH-2.0-OpenSSH_9.6\r\n\r\n") },
    )

class FailureSpec : FunSpec({
    for (engine in ENGINES) {
        context("a request on $engine is answered by") {
            engine.warmUp()
            withData(nameFn = FailingAnswer::name, FAILING_ANSWERS) { case ->
                val leaks = LeakCheck.snapshot()
                answering(case.answer).use { server ->
                    val start = TimeSource.Monotonic.markNow()
                    val failure = engine.connected(server.url) { connection -> shouldThrow<McpException> { connection.listTools() } }
                    withClue(failure.stackTraceToString()) {
                        start.elapsedNow().inWholeMilliseconds shouldBeLessThan 1000
                        failure.code shouldBe case.code
                        failure.status shouldBe case.status
                        failure.message.orEmpty() shouldContain case.inMessage
                        failure.url shouldBe server.url
                        failure.phase shouldBe Phase.REQUEST
                        failure.remedy.isNotBlank() shouldBe true
                        server.requests.size shouldBe 1
                        server.scriptFailures shouldBe emptyList()
                    }
                }
                leaks.assertNothingLeftOf(engine)
            }
        }

        context("a response on $engine") {
            test("counts although the connection broke right after it") {
                repeat(50) {
                    answering {
                        startChunked()
                        sendChunk(event(RESULT))
                        close()
                    }.use { server -> engine.connected(server.url) { it.listTools() } }
                }
            }
        }

        context("a failing answer on $engine") {
            test("of 4xx with a JSON-RPC error carries both") {
                val body = """{"jsonrpc":"2.0","id":null,"error":{"code":-32022,"message":"version","data":{"supported":["2025-11-25"]}}}"""
                RawServer.answering(400, JSON, body).use { server ->
                    val failure = engine.connected(server.url) { shouldThrow<JsonRpcException> { it.listTools() } }
                    failure.error.code shouldBe -32022
                    failure.status shouldBe 400
                    failure.answer?.jsonRpcError?.data?.text shouldBe """{"supported":["2025-11-25"]}"""
                }
            }

            test("of 5xx keeps its JSON-RPC error, too") {
                RawServer.answering(500, JSON, """{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"x"}}""").use { server ->
                    val failure = engine.connected(server.url) { shouldThrow<McpException> { it.listTools() } }
                    failure.code shouldBe ErrorCode.SERVER_ERROR
                    failure.jsonRpcError?.code shouldBe -32603
                }
            }

            test("shows no more of its body than was asked for, without control characters") {
                RawServer.answering(400, mapOf("Content-Type" to "text/plain"), "a\u0007b\r\n" + "x".repeat(50_000)).use { server ->
                    val failure = engine.connected(server.url, configure = {
                        maxErrorBodyBytes(100)
                    }) { shouldThrow<McpException> { it.listTools() } }
                    failure.answer?.bodyStart shouldBe "a b " + "x".repeat(95)
                }
            }

            test("shows no secret that the request carried") {
                answering { sendAnswer(400, mapOf("Content-Type" to "text/plain"), "bad key sk-123456, sorry") }.use { server ->
                    val failure = engine.connected(server.url, configure = {
                        header("X-Api-Key", "sk-123456")
                    }) { shouldThrow<McpException> { it.listTools() } }
                    failure.answer?.bodyStart shouldBe "bad key ***, sorry"
                }
            }

            test("is known though its body never ends") {
                answering {
                    startChunked(500, "text/plain")
                    sendChunk("half")
                    awaitClientClosed()
                }.use { server ->
                    val start = TimeSource.Monotonic.markNow()
                    val failure = engine.connected(server.url) { shouldThrow<McpException> { it.listTools() } }
                    failure.answer?.bodyStart shouldBe "half"
                    start.elapsedNow().inWholeMilliseconds shouldBeLessThan 3_000
                }
            }

            test("of 503 with Retry-After: 0 is not asked for again") {
                RawServer.answering(503, mapOf("Retry-After" to "0")).use { server ->
                    val failure = engine.connected(server.url) { shouldThrow<McpException> { it.listTools() } }
                    failure.isRetryable shouldBe true
                    server.requests.size shouldBe 1
                }
            }

            test("of 429 says when to come again") {
                RawServer.answering(429, mapOf("Retry-After" to "17")).use { server ->
                    val failure = engine.connected(server.url) { shouldThrow<McpException> { it.listTools() } }
                    failure.retryAfterSeconds shouldBe 17
                }
            }

            test("never shows the session id or cookies") {
                RawServer.answering(400, mapOf("MCP-Session-Id" to "abc", "Set-Cookie" to "a=b", "Server" to "x")).use { server ->
                    val failure = engine.connected(server.url) { shouldThrow<McpException> { it.listTools() } }
                    failure.answer?.headers?.keys shouldBe setOf("server", "content-length")
                }
            }
        }

        context("a connection on $engine that was kept for the next request") {
            test("is closed in time") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    val leaks = LeakCheck.snapshot()
                    engine.connected(server.url) { it.listTools() }
                    leaks.assertNothingLeftOf(engine, timeoutMillis = 6_000)
                }
            }
        }

        context("maxMessageBytes on $engine") {
            val limit: HttpTransportOptions.Builder.() -> Unit = { maxMessageBytes(1000) }

            test("limits an announced JSON body before it is read") {
                answering {
                    sendRaw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n")
                    awaitClientClosed()
                }.use { server ->
                    val failure = engine.connected(server.url, configure = limit) {
                        shouldThrow<MessageTooLargeException> { it.listTools() }
                    }
                    failure.limit shouldBe "maxMessageBytes"
                    failure.limitBytes shouldBe 1000
                }
            }

            test("limits a JSON body in chunks") {
                answering {
                    startChunked(contentType = "application/json")
                    while (!isClientClosed) sendChunk("x".repeat(100))
                }.use { server ->
                    engine.connected(server.url, configure = limit) { shouldThrow<MessageTooLargeException> { it.listTools() } }
                }
            }

            test("limits an event") {
                answering {
                    startChunked()
                    while (!isClientClosed) sendChunk("data: ${"x".repeat(100)}\n")
                }.use { server ->
                    engine.connected(server.url, configure = limit) { shouldThrow<MessageTooLargeException> { it.listTools() } }
                }
            }

            test("does not limit a stream of small events") {
                streaming(*Array(100) { """{"jsonrpc":"2.0","method":"notifications/x"}""" }, RESULT).use { server ->
                    engine.connected(server.url, configure = limit) { it.listTools() }
                }
            }
        }
    }

    context("an interim answer") {
        fun earlyHints() =
            answering {
                sendRaw("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
                sendAnswer(200, JSON, RESULT)
            }

        test("is skipped by OkHttp") {
            earlyHints().use { server -> OKHTTP_ENGINE.connected(server.url) { it.listTools() } }
        }

        test("is reported with the engine to use instead by CIO") {
            earlyHints().use { server ->
                val failure = CIO_ENGINE.connected(server.url) { shouldThrow<ProtocolException> { it.listTools() } }
                failure.status shouldBe 103
                failure.remedy shouldContain "ktor-client-okhttp"
            }
        }
    }

    context("what onRelated throws") {
        for (engine in ENGINES) {
            test("comes out as it is on $engine") {
                streaming("""{"jsonrpc":"2.0","method":"notifications/x"}""", RESULT).use { server ->
                    engine.connected(server.url) { connection ->
                        shouldThrow<IllegalStateException> {
                            connection.listTools { error("mine") }
                        }.shouldBeInstanceOf<IllegalStateException>().message shouldBe
                            "mine"
                    }
                }
            }
        }
    }

    context("a failure without an answer") {
        test("has no status") {
            answering { close() }.use { server ->
                OKHTTP_ENGINE.connected(server.url) { shouldThrow<McpException> { it.listTools() } }.answer.shouldBeNull()
            }
        }
    }
})
