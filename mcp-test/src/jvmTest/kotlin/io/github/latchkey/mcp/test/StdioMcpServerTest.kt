package io.github.latchkey.mcp.test

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.io.PipedReader
import java.io.PipedWriter

class StdioMcpServerTest : FunSpec({
    class Pipe(private val input: PipedWriter) {
        val output = Channel<String>(Channel.UNLIMITED)

        fun write(line: String) {
            input.write(line + "\n")
            input.flush()
        }

        suspend fun ask(line: String): String {
            write(line)
            return output.receive()
        }
    }

    suspend fun served(server: ScriptedMcpServer, block: suspend (Pipe) -> Unit) =
        coroutineScope {
            val input = PipedWriter()
            val reader = PipedReader(input).buffered()
            val pipe = Pipe(input)
            launch { StdioMcpServer.serve(server, reader) { line: String -> pipe.output.trySend(line) } }
            block(pipe)
            input.close()
        }

    val stateless = """"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"""
    val initialize =
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},""" +
            """"clientInfo":{"name":"c","version":"1"}}}"""

    test("answers requests of 2026-07-28") {
        served(ScriptedMcpServer()) {
            it.ask("""{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{$stateless}}""") shouldContain "supportedVersions"
        }
    }

    test("knows no request before initialize, and those of the session after it") {
        val server = ScriptedMcpServer { revisions(*McpRevisions.SESSION_ERA.toTypedArray()) }
        served(server) {
            it.ask("""{"jsonrpc":"2.0","id":7,"method":"server/discover","params":{$stateless}}""") shouldContain "-32601"
            it.ask(initialize) shouldContain """"protocolVersion":"2025-06-18""""
            it.ask("""{"jsonrpc":"2.0","id":2,"method":"ping"}""") shouldBe """{"jsonrpc":"2.0","id":2,"result":{}}"""
        }
    }

    test("says what is no message") {
        served(ScriptedMcpServer()) { it.ask("{") shouldStartWith """{"jsonrpc":"2.0","id":null,"error":{"code":-32700""" }
    }

    test("sends what belongs to a call before its answer, and waits for what the client answers") {
        val server =
            ScriptedMcpServer {
                tool("ask") { _, call ->
                    ToolResults.text(call.request("elicitation/create", JsonObject(emptyMap())).string("action").orEmpty())
                }
            }
        served(server) {
            it.ask(initialize)
            val asked = parseJsonOrNull(it.ask("""{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"ask"}}""")) as JsonObject
            asked.string("method") shouldBe "elicitation/create"
            it.ask("""{"jsonrpc":"2.0","id":${asked["id"]},"result":{"action":"decline"}}""") shouldContain "decline"
        }
    }

    test("a cancelled call is cancelled, and one that runs ends with the input") {
        val ended = List(2) { CompletableDeferred<Unit>() }
        var started = 0
        val server =
            ScriptedMcpServer {
                tool("wait") { _, _ ->
                    val end = ended[started++]
                    try {
                        awaitCancellation()
                    } catch (e: CancellationException) {
                        end.complete(Unit)
                        throw e
                    }
                }
            }
        served(server) {
            it.write("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"wait",$stateless}}""")
            server.awaitCalls(1)
            it.write("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""")
            ended[0].await()
            it.write("""{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"wait",$stateless}}""")
            server.awaitCalls(2)
        }
        ended[1].await()
        server.violations.shouldBeEmpty()
    }

    test("everyMethod answers whatever is asked, as it is") {
        val echo = RequestHandler { _, call -> JsonObject(mapOf("asked" to JsonPrimitive(call.method))) }
        val server = ScriptedMcpServer { everyMethod(echo) }
        served(server) {
            it.ask("""{"jsonrpc":"2.0","id":1,"method":"a/b","params":{$stateless}}""") shouldBe
                """{"jsonrpc":"2.0","id":1,"result":{"asked":"a/b"}}"""
        }
    }
})
