package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.MessageTooLargeException
import io.github.latchkey.mcp.ProtocolException
import io.github.latchkey.mcp.UnauthorizedException
import io.github.latchkey.mcp.test.RawConnection
import io.github.latchkey.mcp.transport.HttpFetcher
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withTimeout
import java.io.ByteArrayOutputStream
import java.util.concurrent.CountDownLatch
import java.util.zip.GZIPOutputStream
import kotlin.time.TimeSource

class GzipSpec : FunSpec({
    for (engine in ENGINES) {
        context("on $engine") {
            test("gzip is asked for, and a JSON answer decoded once") {
                answering { sendGzip(JSON, gzip(RESULT)) }.use { server ->
                    engine.connected(server.url) { it.listTools() }
                    server.requests.single().headerValues("Accept-Encoding") shouldBe listOf("gzip")
                }
            }

            test("the first event of an event stream arrives while the stream goes on") {
                val wasSeen = CountDownLatch(1)
                answering {
                    val out = ByteArrayOutputStream()
                    val gzip = GZIPOutputStream(out, true)
                    sendRaw(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n",
                    )
                    sendBytes(gzip, out, event("""{"jsonrpc":"2.0","method":"notifications/progress","params":{}}"""))
                    wasSeen.await()
                    sendBytes(gzip, out, event(RESULT))
                    gzip.close()
                    sendChunk(out.toByteArray())
                    sendChunk("")
                }.use { server ->
                    engine.connected(server.url) { connection ->
                        coroutineScope {
                            val first = CompletableDeferred<JsonRpcMessage>()
                            val call = async { connection.listTools { first.complete(it) } }
                            withTimeout(5_000) { first.await() }
                            wasSeen.countDown()
                            call.await()
                        }
                    }
                    server.connectionCount shouldBe 1
                }
            }

            test("an answer of several members, with names and comments, is read whole") {
                val half = RESULT.length / 2
                val flagged = byteArrayOf(0x1f, 0x8b.toByte(), 8, 0x1e, 0, 0, 0, 0, 0, 0, 3, 0, 1, 2, 3) +
                    "name\u0000comment\u0000".toByteArray() + byteArrayOf(7, 7)
                val second = flagged + gzip(RESULT.substring(half)).drop(10)
                answering { sendGzip(JSON, gzip(RESULT.substring(0, half)) + second) }.use { server ->
                    engine.connected(server.url) { it.listTools() }
                }
            }

            test("bytes one by one are enough") {
                answering {
                    val body = gzip(RESULT)
                    sendRaw(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: ${body.size}\r\n\r\n",
                    )
                    body.forEach { sendBytes(byteArrayOf(it)) }
                }.use { server -> engine.connected(server.url) { it.listTools() } }
            }

            test("a bomb is too large soon") {
                val bomb = gzip(ByteArray(50 * 1024 * 1024) { ' '.code.toByte() })
                answering { sendGzip(JSON, bomb) }.use { server ->
                    val start = TimeSource.Monotonic.markNow()
                    val failure =
                        engine.connected(server.url, configure = { maxMessageBytes(100_000) }) { connection ->
                            shouldThrow<MessageTooLargeException> { connection.listTools() }
                        }
                    failure.limitBytes shouldBe 100_000
                    start.elapsedNow().inWholeMilliseconds shouldBeLessThan 2_000
                }
            }

            test("a bomb in an event stream is too large, too") {
                val bomb = gzip("data: " + "x".repeat(10_000_000))
                answering { sendGzip(mapOf("Content-Type" to "text/event-stream"), bomb) }.use { server ->
                    engine.connected(server.url, configure = { maxMessageBytes(100_000) }) { connection ->
                        shouldThrow<MessageTooLargeException> { connection.listTools() }
                    }
                }
            }

            for ((name, body) in brokenBodies()) {
                test("$name is broken gzip") {
                    answering { sendGzip(JSON, body) }.use { server ->
                        val failure = engine.connected(server.url) { shouldThrow<ProtocolException> { it.listTools() } }
                        failure.message.orEmpty() shouldContain "gzip data is broken"
                    }
                }
            }

            test("another coding is named") {
                answering { sendAnswer(200, JSON + ("Content-Encoding" to "br"), "x") }.use { server ->
                    val failure = engine.connected(server.url) { shouldThrow<ProtocolException> { it.listTools() } }
                    failure.message.orEmpty() shouldContain "encoded as br"
                }
            }

            test("an answer without a body may say that it is gzip") {
                answering { sendAnswer(202, mapOf("Content-Encoding" to "gzip")) }.use { server ->
                    engine.connected(server.url) { it.send(request("x"), SESSION_CONTEXT) }
                }
            }

            test("the body of an error is decoded, too") {
                answering { sendGzip(mapOf("Content-Type" to "text/plain"), gzip("no such luck"), status = 500) }.use { server ->
                    val failure = engine.connected(server.url) { shouldThrow<McpException> { it.listTools() } }
                    failure.answer?.bodyStart shouldBe "no such luck"
                }
            }

            test("a status counts more than a body that cannot be read") {
                answering { sendAnswer(401, mapOf("Content-Encoding" to "br", "WWW-Authenticate" to "Bearer"), "x") }.use { server ->
                    val failure = engine.connected(server.url) { shouldThrow<UnauthorizedException> { it.listTools() } }
                    failure.challenges shouldHaveSize 1
                    failure.answer?.bodyStart shouldBe null
                }
            }

            test("a connection goes on after a decoded answer") {
                answering { sendGzip(JSON, gzip(RESULT)) }.use { server ->
                    engine.connected(server.url) { connection -> repeat(5) { connection.listTools() } }
                    if (engine === OKHTTP_ENGINE) server.connectionCount shouldBe 1
                }
            }

            test("documents of a sign-in are decoded within their limit") {
                val fetcher = HttpFetchers.create(HttpTransportOptions { on(engine) })
                answering { sendGzip(JSON, gzip("{}" + " ".repeat(5_000))) }.use { server ->
                    fetcher.fetch(HttpFetcher.Request("GET", server.url)).body.trim() shouldBe "{}"
                    shouldThrow<MessageTooLargeException> { fetcher.fetch(HttpFetcher.Request("GET", server.url, maxBytes = 1_000)) }
                }
            }
        }
    }
})

private fun brokenBodies(): Map<String, ByteArray> {
    val whole = gzip(RESULT)
    return mapOf(
        "text" to RESULT.toByteArray(),
        "half of the data" to whole.copyOf(whole.size / 2),
        "data without its checksum" to whole.copyOf(whole.size - 8),
        "data with half of its checksum" to whole.copyOf(whole.size - 4),
        "a wrong checksum" to whole.clone().also { it[whole.size - 6] = (it[whole.size - 6] + 1).toByte() },
        "nonsense after the header" to whole.copyOf(10) + ByteArray(50) { -1 },
        "another compression" to whole.clone().also { it[2] = 9 },
        "something after the end" to whole + "x".toByteArray(),
    )
}

private fun gzip(text: String): ByteArray = gzip(text.toByteArray())

private fun gzip(bytes: ByteArray): ByteArray {
    val out = ByteArrayOutputStream()
    GZIPOutputStream(out).use { it.write(bytes) }
    return out.toByteArray()
}

private fun RawConnection.sendGzip(headers: Map<String, String>, body: ByteArray, status: Int = 200) {
    val fields = headers + ("Content-Encoding" to "gzip") + ("Content-Length" to body.size.toString())
    sendRaw("HTTP/1.1 $status Scripted\r\n" + fields.entries.joinToString("") { "${it.key}: ${it.value}\r\n" } + "\r\n")
    sendBytes(body)
}

private fun RawConnection.sendBytes(gzip: GZIPOutputStream, out: ByteArrayOutputStream, text: String) {
    gzip.write(text.toByteArray())
    gzip.flush()
    sendChunk(out.toByteArray())
    out.reset()
}

private fun RawConnection.sendChunk(bytes: ByteArray) {
    sendRaw("${bytes.size.toString(16)}\r\n")
    sendBytes(bytes)
    sendRaw("\r\n")
}
