package io.github.latchkey.mcp.test

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.IOException
import java.net.ConnectException
import java.net.SocketException

class RawServerTest : FunSpec({
    fun connect(server: RawServer) = rawSocket(server.port)

    test("answers every request of a connection, and records it") {
        RawServer.answering(418, mapOf("X-Tea" to "green"), "short and stout").use { server ->
            repeat(2) {
                val answer = HttpProbe.send("POST", server.url + "/pot?q=1", body = "tea, grün")
                answer.statusCode() shouldBe 418
                answer.header("X-Tea") shouldBe "green"
                answer.body() shouldBe "short and stout"
            }
            val request = server.awaitRequests(2).first()
            request.path shouldBe "/pot"
            request.query shouldBe "q=1"
            request.body shouldBe "tea, grün"
            server.scriptFailures.shouldBeEmpty()
        }
    }

    test("sees that the client closed, while its script does something else") {
        RawServer.start { it.pause(60_000) }.use { server ->
            val socket = connect(server)
            server.awaitClientClosed(timeoutMillis = 50) shouldBe false
            server.openConnectionCount shouldBe 1
            socket.close()
            server.awaitClientClosed() shouldBe true
            server.openConnectionCount shouldBe 0
            server.connectionCount shouldBe 1
        }
    }

    test("stays silent") {
        RawServer.silent().use { server ->
            rawPost(server.port, "/", emptyMap(), "hello").use { socket ->
                server.awaitRequests(1)
                socket.soTimeout = 50
                shouldThrow<java.net.SocketTimeoutException> { socket.getInputStream().read() }
            }
            server.awaitClientClosed() shouldBe true
        }
    }

    test("resets") {
        RawServer.start { connection ->
            connection.readRequest()
            connection.reset()
        }.use { server ->
            rawPost(server.port, "/", emptyMap(), "hello").use { socket ->
                shouldThrow<SocketException> { socket.getInputStream().read() }.message shouldContain "reset"
            }
        }
    }

    test("half-closes, and still hears the client") {
        RawServer.start { connection ->
            connection.sendRaw("half")
            connection.halfClose()
            connection.awaitClientClosed()
        }.use { server ->
            connect(server).use { socket -> socket.getInputStream().readBytes().decodeToString() shouldBe "half" }
            server.awaitClientClosed() shouldBe true
        }
    }

    test("breaks off in the middle of a chunked body") {
        RawServer.start { connection ->
            connection.readRequest()
            connection.startChunked()
            connection.sendChunk("data: 1\n\n")
        }.use { server -> shouldThrow<IOException> { HttpProbe.send("GET", server.url) } }
    }

    test("reads chunked requests") {
        RawServer.answering(204).use { server ->
            connect(server).use { socket ->
                socket.getOutputStream().write(
                    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n".toByteArray(),
                )
                server.awaitRequests(1).single().body shouldBe "abcde"
            }
        }
    }

    test("keeps what a script threw") {
        RawServer.start { error("a mistake in the test") }.use { server ->
            connect(server).use { it.getInputStream().read() shouldBe -1 }
            server.scriptFailures shouldHaveSize 1
        }
    }

    test("a closed port refuses") {
        shouldThrow<ConnectException> { rawSocket(ClosedPort.find()) }
    }
})
