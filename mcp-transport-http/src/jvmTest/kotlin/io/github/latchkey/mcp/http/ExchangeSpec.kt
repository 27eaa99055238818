package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.JsonRpcFailure
import io.github.latchkey.mcp.JsonRpcNotification
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.JsonRpcResult
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.WarningEvent
import io.github.latchkey.mcp.test.RawServer
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlin.random.Random
import kotlin.time.measureTime

class ExchangeSpec : FunSpec({
    for (engine in ENGINES) {
        context("a JSON answer on $engine") {
            test("is returned") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    engine.connected(server.url) { it.listTools() }.shouldBeInstanceOf<JsonRpcResult>().result.text shouldBe
                        """{"tools":[]}"""
                }
            }

            test("may have parameters in its content type, and any case") {
                RawServer.answering(200, mapOf("Content-Type" to "Application/JSON; charset=utf-8"), RESULT).use { server ->
                    engine.connected(server.url) { it.listTools() }.shouldBeInstanceOf<JsonRpcResult>()
                }
            }

            test("may come in chunks of one byte") {
                answering {
                    startChunked(contentType = "application/json")
                    RESULT.forEach { sendChunk(it.toString()) }
                    sendChunk("")
                }.use { server -> engine.connected(server.url) { it.listTools() }.shouldBeInstanceOf<JsonRpcResult>() }
            }

            test("may be large") {
                val text = "ä".repeat(1_000_000)
                RawServer.answering(200, JSON, """{"jsonrpc":"2.0","id":1,"result":"$text"}""").use { server ->
                    val result = engine.connected(server.url) { it.listTools() }.shouldBeInstanceOf<JsonRpcResult>()
                    result.result.text.length shouldBe 1_000_002
                }
            }

            test("may be a JSON-RPC error, which is returned") {
                RawServer.answering(200, JSON, """{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}""").use { server ->
                    engine.connected(server.url) { it.listTools() }.shouldBeInstanceOf<JsonRpcFailure>().error.code shouldBe -32601
                }
            }

            test("may be a JSON-RPC error without an id") {
                RawServer.answering(200, JSON, """{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no"}}""").use { server ->
                    engine.connected(server.url) { it.listTools() }.shouldBeInstanceOf<JsonRpcFailure>().id shouldBe null
                }
            }

            test("may be a batch in 2025-03-26, whose other messages are handed over") {
                val batch = """[{"jsonrpc":"2.0","method":"notifications/message","params":{}},$RESULT]"""
                RawServer.answering(200, JSON, batch).use { server ->
                    val methods = mutableListOf<String>()
                    engine.connected(server.url) { connection ->
                        connection.listTools(context(ProtocolVersion.V2025_03_26)) { methods += (it as JsonRpcNotification).method }
                    }
                    methods shouldContainExactly listOf("notifications/message")
                }
            }
        }

        context("an event stream on $engine") {
            test("hands over related messages in order, then returns the response") {
                streaming(progress(1), progress(2), """{"jsonrpc":"2.0","id":"s1","method":"roots/list"}""", RESULT).use { server ->
                    val related = mutableListOf<String>()
                    engine.connected(server.url) { connection ->
                        connection.listTools {
                            related += if (it is JsonRpcRequest) it.method else (it as JsonRpcNotification).params?.text.orEmpty()
                        }
                    }
                    related shouldContainExactly listOf("""{"progress":1}""", """{"progress":2}""", "roots/list")
                }
            }

            test("delivers each message when it comes, not at the end") {
                answering {
                    startChunked()
                    sendChunk(event(progress(1)))
                    awaitClientClosed()
                }.use { server ->
                    engine.connected(server.url) { connection ->
                        val arrived = CompletableDeferred<Unit>()
                        coroutineScope {
                            val call = async { connection.listTools { arrived.complete(Unit) } }
                            arrived.await()
                            call.cancel()
                        }
                    }
                }
            }

            test("may be cut anywhere, into chunks of HTTP and into what the network delivers at a time") {
                val random = Random(7)
                val texts = List(1_000) { "$it ".repeat(random.nextInt(1, if (it % 50 == 0) 5_000 else 60)) }
                val data = texts.map { """{"jsonrpc":"2.0","method":"notifications/x","params":{"text":"$it"}}""" } + RESULT
                val body = data.joinToString("", transform = ::event).cut(random, 700).joinToString("") {
                    "${it.length.toString(16)}\r\n$it\r\n"
                }
                answering {
                    startChunked()
                    (body + "0\r\n\r\n").cut(random, 20_000).forEachIndexed { number, piece ->
                        if (number % 10 == 0) pause(2)
                        sendRaw(piece)
                    }
                }.use { server ->
                    val heard = mutableListOf<String>()
                    engine.connected(server.url) { connection ->
                        connection.listTools { heard += (it as JsonRpcNotification).params?.text.orEmpty() }
                    }
                    heard shouldContainExactly texts.map { """{"text":"$it"}""" }
                }
            }

            test("ends with the response, though the server leaves it open") {
                answering {
                    startChunked()
                    sendChunk(event(RESULT))
                    awaitClientClosed()
                }.use { server ->
                    val took = measureTime { engine.connected(server.url) { it.listTools() } }
                    took.inWholeMilliseconds shouldBeLessThan 1000
                    server.awaitClientClosed(1000) shouldBe true
                }
            }

            test("may have comments, empty events, other types and ids") {
                val stream = ": hi\n\nid: 1\nretry: 10\ndata:\n\nevent: ping\ndata: {}\n\nevent: message\nid: 2\ndata: $RESULT\n\n"
                answering {
                    startChunked(contentType = "text/event-stream; charset=utf-8")
                    sendChunk(stream)
                    sendChunk("")
                }.use { server -> engine.connected(server.url) { it.listTools() }.shouldBeInstanceOf<JsonRpcResult>() }
            }

            test("survives an event that is not JSON") {
                val log = EventLog()
                streaming("{broken", RESULT).use { server ->
                    engine.connected(server.url, log) { it.listTools() }.shouldBeInstanceOf<JsonRpcResult>()
                }
                log.all<WarningEvent>().single().message shouldContain "not JSON-RPC"
            }

            test("survives the response to another request") {
                val log = EventLog()
                streaming("""{"jsonrpc":"2.0","id":"1","result":{}}""", RESULT).use { server ->
                    engine.connected(server.url, log) { it.listTools() }.shouldBeInstanceOf<JsonRpcResult>()
                }
                log.all<WarningEvent>().single().message shouldContain "another request"
            }
        }
    }
})

internal fun progress(value: Int) = """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":$value}}"""

/** This in pieces of [most] characters or fewer. */
private fun String.cut(random: Random, most: Int): List<String> {
    val pieces = mutableListOf<String>()
    var at = 0
    while (at < length) {
        val end = minOf(length, at + random.nextInt(1, most))
        pieces += substring(at, end)
        at = end
    }
    return pieces
}
