package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.HttpExchangeEvent
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.http.internal.EngineKind
import io.github.latchkey.mcp.http.internal.EngineSettings
import io.github.latchkey.mcp.test.ClosedPort
import io.github.latchkey.mcp.test.LeakCheck
import io.github.latchkey.mcp.test.RawServer
import io.github.latchkey.mcp.transport.HttpFetcher
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.SocketTimeoutException
import kotlin.time.TimeSource

class UnreachableSpec : FunSpec({
    for (engine in ENGINES) {
        context("on $engine") {
            engine.warmUp()

            test("a refused connection is unreachable, and keeps its cause") {
                val leaks = LeakCheck.snapshot()
                val log = EventLog()
                val url = "http://127.0.0.1:${ClosedPort.find()}/mcp"
                val failure = engine.connected(url, log) { shouldThrow<UnreachableException> { it.listTools() } }
                failure.message shouldBe "cannot reach $url: connection refused"
                failure.cause.shouldNotBeNull()
                failure.isRetryable shouldBe true
                log.all<HttpExchangeEvent>().single().let {
                    it.status shouldBe null
                    it.failure shouldBe failure.message
                }
                leaks.assertNothingLeftOf(engine)
            }

            test("a host name that does not exist is unreachable") {
                val failure = engine.connected("http://nothing.invalid/mcp") { shouldThrow<UnreachableException> { it.listTools() } }
                failure.message.orEmpty() shouldContain "cannot be resolved"
            }

            test("a server that does not accept is a timeout of the TCP connect") {
                val leaks = LeakCheck.snapshot()
                fullBacklog { port ->
                    val start = TimeSource.Monotonic.markNow()
                    val failure =
                        engine.connected("http://127.0.0.1:$port", configure = { connectTimeoutMillis(300) }) { connection ->
                            shouldThrow<RequestTimeoutException> { connection.listTools() }
                        }
                    failure.deadline shouldBe "tcp connect"
                    failure.limitMillis shouldBe 300
                    start.elapsedNow().inWholeMilliseconds shouldBeLessThan 2_000
                }
                leaks.assertNothingLeftOf(engine)
            }

            test("a TLS handshake that stalls is a timeout") {
                RawServer.start { it.awaitClientClosed() }.use { server ->
                    val start = TimeSource.Monotonic.markNow()
                    val url = server.url.replace("http:", "https:")
                    val failure =
                        engine.connected(url, configure = { connectTimeoutMillis(300) }) { connection ->
                            shouldThrow<RequestTimeoutException> { connection.listTools() }
                        }
                    failure.deadline shouldBe "tls handshake"
                    failure.message shouldBe "no connection to $url: the TLS handshake was not done within 300 ms"
                    start.elapsedNow().inWholeMilliseconds shouldBeLessThan 2_000
                    server.awaitClientClosed(1_000) shouldBe true
                }
            }

            test("a TLS handshake that stalls is one for a request without a body, too") {
                RawServer.start { it.awaitClientClosed() }.use { server ->
                    val fetcher = HttpFetchers.create(
                        HttpTransportOptions {
                            on(engine)
                            connectTimeoutMillis(300)
                        },
                    )
                    val request = HttpFetcher.Request("GET", server.url.replace("http:", "https:"), timeoutMillis = 5_000)
                    shouldThrow<RequestTimeoutException> { fetcher.fetch(request) }.deadline shouldBe "tls handshake"
                    server.awaitClientClosed(1_000) shouldBe true
                }
            }

            test("a port that does not speak TLS is a TLS failure") {
                RawServer.start { it.sendRaw("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") }.use { server ->
                    val failure = engine.connected(server.url.replace("http:", "https:")) { shouldThrow<McpException> { it.listTools() } }
                    failure.code shouldBe ErrorCode.TLS
                    failure.message.orEmpty() shouldContain "does not speak TLS"
                    failure.remedy shouldContain "http://"
                    failure.cause.shouldNotBeNull()
                }
            }
        }
    }

    test("silence after the connect is no timeout of the connect") {
        RawServer.start { connection ->
            connection.readRequest()
            connection.pause(700)
            connection.sendAnswer(200, JSON, RESULT)
        }.use { server -> OKHTTP_ENGINE.connected(server.url, configure = { connectTimeoutMillis(300) }) { it.listTools() } }
    }

    context("an engine that was closed is named as the reason") {
        withData(nameFn = { it.name }, EngineKind.entries) { kind ->
            val closed = kind.create(EngineSettings.DEFAULT)
            closed.close()
            val engine = TestEngine("closed", closed)
            val failure = engine.connected("http://127.0.0.1:1") { shouldThrow<UnreachableException> { it.listTools() } }
            failure.message.orEmpty() shouldContain "the HTTP engine is closed"
        }
    }
})

/** A port whose server accepts nothing and whose queue is full, so that the kernel answers no more. */
private suspend fun fullBacklog(block: suspend (port: Int) -> Unit) {
    ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")).use { server ->
        val waiting = List(3) { Socket() }
        try {
            waiting.forEach { socket ->
                try {
                    socket.connect(InetSocketAddress("127.0.0.1", server.localPort), 200)
                } catch (_: SocketTimeoutException) {
                    // full
                }
            }
            block(server.localPort)
        } finally {
            waiting.forEach(Socket::close)
        }
    }
}
