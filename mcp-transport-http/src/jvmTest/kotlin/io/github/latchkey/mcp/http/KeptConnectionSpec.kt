package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.test.RawConnection
import io.github.latchkey.mcp.test.RawServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay

class KeptConnectionSpec : FunSpec({
    context("on OkHttp") {
        test("requests follow each other on one connection") {
            RawServer.answering(200, JSON, RESULT).use { server ->
                OKHTTP_ENGINE.connected(server.url) { connection -> repeat(20) { connection.listTools() } }
                server.connectionCount shouldBe 1
                server.requests.size shouldBe 20
            }
        }

        test("event streams that end leave the connection to the next request") {
            streaming(RESULT).use { server ->
                OKHTTP_ENGINE.connected(server.url) { connection -> repeat(20) { connection.listTools() } }
                server.connectionCount shouldBe 1
            }
        }

        test("refused requests leave it, too") {
            RawServer.answering(202).use { server ->
                OKHTTP_ENGINE.connected(server.url) { connection -> repeat(5) { connection.send(request("x"), SESSION_CONTEXT) } }
                server.connectionCount shouldBe 1
            }
        }

        test("a request is sent once, on a new connection, when the server has closed the kept one") {
            answeringThen { pause(100) }.use { server ->
                OKHTTP_ENGINE.connected(server.url) { connection ->
                    repeat(3) {
                        connection.listTools()
                        delay(500)
                    }
                }
                server.requests.size shouldBe 3
                server.connectionCount shouldBe 3
            }
        }

        test("a connection of HTTP/1.0 is not used again") {
            RawServer.start { connection ->
                connection.readRequest()
                connection.sendRaw("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${RESULT.length}\r\n\r\n$RESULT")
            }.use { server ->
                OKHTTP_ENGINE.connected(server.url) { connection -> repeat(5) { connection.listTools() } }
                server.requests.size shouldBe 5
            }
        }

        test("a kept connection that is well is used again after idling") {
            RawServer.answering(200, JSON, RESULT).use { server ->
                OKHTTP_ENGINE.connected(server.url) { connection ->
                    connection.listTools()
                    delay(500)
                    connection.listTools()
                    delay(500)
                    connection.listTools()
                }
                server.connectionCount shouldBe 1
            }
        }

        test("a stream that is silent for long is not taken for idle") {
            answering {
                startChunked()
                pause(800)
                sendChunk(event(RESULT))
                sendChunk("")
            }.use { server ->
                OKHTTP_ENGINE.connected(server.url) { connection ->
                    coroutineScope {
                        val slow = async { connection.listTools() }
                        delay(500)
                        awaitAll(slow, async { connection.listTools() })
                    }
                }
            }
        }

        test("a request that was sent on a connection which then closed is not sent again") {
            RawServer.start { connection ->
                connection.readRequest()
                connection.sendAnswer(200, JSON, RESULT)
                connection.readRequest()
            }.use { server ->
                OKHTTP_ENGINE.connected(server.url) { connection ->
                    connection.listTools()
                    shouldThrow<UnreachableException> { connection.listTools() }
                }
                server.requests.size shouldBe 2
            }
        }
    }
})

/** Answers the first request of a connection, then does [after] and closes it without a word. */
private fun answeringThen(after: RawConnection.() -> Unit): RawServer =
    RawServer.start { connection ->
        connection.readRequest()
        connection.sendAnswer(200, JSON, RESULT)
        connection.after()
    }
