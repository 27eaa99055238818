package io.github.latchkey.mcp.test

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.serialization.json.JsonPrimitive
import java.net.http.HttpResponse

class SessionServerTest : FunSpec({
    context("a session") {
        withData(McpRevisions.SESSION_ERA) { revision ->
            withSession(revision) {
                send(rpc("tools/list", id = JsonPrimitive(2))).rpcResult.keys shouldBe setOf("tools")
                send(rpc("ping", id = JsonPrimitive(3))).rpcResult shouldBe EMPTY_OBJECT
                delete().statusCode() shouldBe 200
                send(rpc("ping", id = JsonPrimitive(4))).statusCode() shouldBe 404
                server.violations.shouldBeEmpty()
            }
        }

        test("the newest common revision answers an unknown one") {
            val server = ScriptedMcpServer()
            LoopbackServer.start({ mcpServer(server) }).use { loopback ->
                HttpProbe.send("POST", loopback.url + "/mcp", POST_HEADERS, initializeBody("1999-01-01"))
                    .rpcResult.string("protocolVersion") shouldBe "2025-11-25"
            }
        }

        test("an expired one gets 404, which is no violation") {
            withSession {
                server.expireSession()
                send(rpc("tools/list", id = JsonPrimitive(2))).statusCode() shouldBe 404
                server.violations.shouldBeEmpty()
            }
        }

        test("a stateless probe gets 400 without a modern error, and is no violation") {
            withSession {
                val answer = HttpProbe.send("POST", url, statelessHeaders("server/discover"), statelessBody("server/discover"))
                answer.statusCode() shouldBe 400
                answer.rpcErrorCode shouldBe -32000
                server.violations.shouldBeEmpty()
            }
        }
    }

    context("refusals (MCP 2025-11-25, Transports)") {
        class Row(val what: String, val status: Int, val headers: Map<String, String?>, val body: String)
        val list = rpc("tools/list", id = JsonPrimitive(2))
        withData(
            nameFn = { it.what },
            Row("no session id", 400, mapOf("Mcp-Session-Id" to null), list),
            Row("no version header", 400, mapOf("MCP-Protocol-Version" to null), list),
            Row("another version", 400, mapOf("MCP-Protocol-Version" to "2025-06-18"), list),
            Row("Accept without event streams", 406, mapOf("Accept" to "application/json"), list),
            Row("another content type", 415, mapOf("Content-Type" to "text/plain"), list),
            Row("a batch", 400, emptyMap(), "[$list]"),
            Row("an id used before", 400, emptyMap(), rpc("tools/list", id = JsonPrimitive(1))),
            Row("initialize within a session", 400, emptyMap(), initializeBody("2025-11-25")),
        ) { row ->
            withSession {
                send(row.body, row.headers).statusCode() shouldBe row.status
                server.violations shouldHaveSize 1
            }
        }

        test("a request before notifications/initialized") {
            withSession(isInitialized = false) {
                send(rpc("tools/list", id = JsonPrimitive(2))).statusCode() shouldBe 400
                server.violations.shouldNotBeEmpty()
            }
        }

        test("GET without a stream") {
            withSession {
                HttpProbe.send("GET", url, headers() + ("Accept" to "text/event-stream")).statusCode() shouldBe 405
            }
        }
    }

    context("a running call") {
        test("survives its connection") {
            withSession {
                rawPost(port, "/mcp", headers(), rpc("tools/call", json("""{"name":"hang"}"""), JsonPrimitive(2))).use {
                    server.awaitCalls(2)
                }
                send(rpc("ping", id = JsonPrimitive(3))).statusCode() shouldBe 200
                server.calls[1].currentState shouldBe RecordedCall.State.RUNNING
            }
        }

        test("ends with notifications/cancelled") {
            withSession {
                rawPost(port, "/mcp", headers(), rpc("tools/call", json("""{"name":"hang"}"""), JsonPrimitive(2))).use {
                    val call = server.awaitCalls(2)[1]
                    send(rpc("notifications/cancelled", json("""{"requestId":2}"""), id = null)).statusCode() shouldBe 202
                    call.awaitEnd() shouldBe RecordedCall.State.CANCELLED
                }
            }
        }

        test("asks the client, which answers with a POST") {
            withSession {
                coroutineScope {
                    launch {
                        val answer = send(rpc("tools/call", json("""{"name":"ask"}"""), JsonPrimitive(2)))
                        answer.sseMessages.last().toString() shouldContain "yes"
                    }
                    val id = server.awaitQuestion()
                    send("""{"jsonrpc":"2.0","id":$id,"result":{"answer":"yes"}}""").statusCode() shouldBe 202
                }
                server.violations.shouldBeEmpty()
            }
        }

        test("is resumed by GET with the last event id") {
            withSession({ resumable(retryMillis = 5) }) {
                val broken = send(rpc("tools/call", json("""{"name":"detach"}"""), JsonPrimitive(2))).body()
                broken shouldContain "retry: 5"
                broken shouldNotContain "result"
                val lastId = Regex("(?m)^id: (.*)$").findAll(broken).last().groupValues[1]
                val resumed =
                    HttpProbe.send("GET", url, headers() + mapOf("Accept" to "text/event-stream", "Last-Event-ID" to lastId))
                resumed.sseMessages.single().keys shouldBe setOf("jsonrpc", "id", "result")
            }
        }
    }
})

private class SessionProbe(val server: ScriptedMcpServer, val url: String, val port: Int, val revision: String, val sessionId: String?) {
    fun headers(): Map<String, String> =
        POST_HEADERS + ("MCP-Protocol-Version" to revision) + (sessionId?.let { mapOf("Mcp-Session-Id" to it) }.orEmpty())

    suspend fun send(body: String, changes: Map<String, String?> = emptyMap()): HttpResponse<String> {
        val sent = (headers() + changes).entries.mapNotNull { (name, value) -> value?.let { name to it } }.toMap()
        return HttpProbe.send("POST", url, sent, body)
    }

    suspend fun delete(): HttpResponse<String> = HttpProbe.send("DELETE", url, headers())
}

private suspend fun withSession(
    revision: String = "2025-11-25",
    isInitialized: Boolean = true,
    block: suspend SessionProbe.() -> Unit,
) = withSession({ }, revision, isInitialized, block)

private suspend fun withSession(
    configure: ScriptedMcpServerBuilder.() -> Unit,
    revision: String = "2025-11-25",
    isInitialized: Boolean = true,
    block: suspend SessionProbe.() -> Unit,
) {
    val server =
        ScriptedMcpServer {
            revisions(*McpRevisions.SESSION_ERA.toTypedArray())
            tool("hang") { _, call ->
                call.openStream()
                awaitCancellation()
            }
            tool("ask") { _, call ->
                ToolResults.text(call.request("question", EMPTY_OBJECT).string("answer").orEmpty())
            }
            tool("detach") { _, call ->
                call.detach()
                ToolResults.text("later")
            }
            configure()
        }
    LoopbackServer.start({ mcpServer(server) }).use { loopback ->
        val url = loopback.url + "/mcp"
        val opened = HttpProbe.send("POST", url, POST_HEADERS, initializeBody(revision))
        opened.rpcResult.string("protocolVersion") shouldBe revision
        val probe = SessionProbe(server, url, loopback.port, revision, opened.header("Mcp-Session-Id"))
        if (isInitialized) probe.send(rpc("notifications/initialized", id = null)).statusCode() shouldBe 202
        probe.block()
    }
}

private fun initializeBody(revision: String): String =
    rpc("initialize", json("""{"protocolVersion":"$revision","capabilities":{},"clientInfo":{"name":"probe","version":"1"}}"""))

/** The id of the question that the running `ask` sent, as JSON text. */
private suspend fun ScriptedMcpServer.awaitQuestion(): String {
    awaitCalls(2)
    return inRealTime(WAIT_LIMIT_MILLIS) {
        while (sessions.all().none { it.pending.isNotEmpty() }) kotlinx.coroutines.yield()
        sessions.all().first { it.pending.isNotEmpty() }.pending.keys.first()
    }!!
}
