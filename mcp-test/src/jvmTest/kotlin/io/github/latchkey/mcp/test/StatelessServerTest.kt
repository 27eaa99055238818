package io.github.latchkey.mcp.test

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.awaitCancellation
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonArray

class StatelessServerTest : FunSpec({
    val server =
        ScriptedMcpServer {
            revisions(McpRevisions.STATELESS)
            tool("echo") { arguments, _ -> ToolResults.structured(arguments) }
            tool("count") { _, call ->
                (1..3).forEach { call.progress(it.toDouble(), total = 3.0) }
                ToolResults.text("counted")
            }
            tool("hang") { _, call ->
                call.openStream()
                awaitCancellation()
            }
            tool("wait") { _, _ -> awaitCancellation() }
            tool("region", inputSchema = json("""{"type":"object","properties":{"r":{"type":"string","x-mcp-header":"Region"}}}""")) {
                    _,
                    _,
                ->
                ToolResults.text("ok")
            }
            pageSize(2)
        }
    val loopback = autoClose(LoopbackServer.start(server))
    val url = loopback.url + "/mcp"

    suspend fun call(tool: String, params: String, headers: Map<String, String> = emptyMap()) =
        HttpProbe.send(
            "POST",
            url,
            statelessHeaders("tools/call", tool) + headers,
            statelessBody("tools/call", json(params)),
        )

    context("answers") {
        test("server/discover names versions, capabilities and server") {
            val result = HttpProbe.send("POST", url, statelessHeaders("server/discover"), statelessBody("server/discover")).rpcResult
            result["supportedVersions"] shouldBe jsonStrings(listOf("2026-07-28"))
            result["resultType"] shouldBe JsonPrimitive("complete")
            result["cacheScope"] shouldBe JsonPrimitive("private")
            result.objectAt("_meta")?.objectAt(MetaKeys.SERVER_INFO)?.string("name") shouldBe "scripted-server"
        }

        test("tools/list comes in pages") {
            suspend fun page(params: String) =
                HttpProbe.send("POST", url, statelessHeaders("tools/list"), statelessBody("tools/list", json(params))).rpcResult
            val first = page("{}")
            first.getValue("tools").jsonArray shouldHaveSize 2
            page("""{"cursor":${first["nextCursor"]}}""").getValue("tools").jsonArray shouldHaveSize 2
        }

        test("tools/call as JSON") {
            val answer = call("echo", """{"name":"echo","arguments":{"a":1}}""")
            answer.header("Content-Type") shouldBe "application/json"
            answer.rpcResult["structuredContent"] shouldBe json("""{"a":1}""")
        }

        test("tools/call as a stream once the handler sends progress") {
            val body = statelessBody("tools/call", json("""{"name":"count"}"""), STATELESS_META.with("progressToken" to JsonPrimitive("p")))
            val answer = HttpProbe.send("POST", url, statelessHeaders("tools/call", "count"), body)
            answer.header("Content-Type") shouldBe "text/event-stream"
            answer.sseMessages shouldHaveSize 4
            answer.sseMessages.last().objectAt("result")?.string("resultType") shouldBe "complete"
        }

        test("a tool that is not there") {
            call("nothing", """{"name":"nothing"}""").rpcErrorCode shouldBe -32602
        }

        test("a mirrored parameter, encoded") {
            call("region", """{"name":"region","arguments":{"r":"Zürich"}}""", mapOf("Mcp-Param-Region" to "=?base64?WsO8cmljaA==?="))
                .statusCode() shouldBe 200
        }

        test("no rule was broken so far") {
            server.violations.shouldBeEmpty()
        }
    }

    context("refusals (MCP 2026-07-28, Streamable HTTP)") {
        class Row(val what: String, val status: Int, val code: Int?, val headers: Map<String, String?>, val body: String)
        val ping = statelessHeaders("tools/list")
        val list = statelessBody("tools/list")
        val callBody = statelessBody("tools/call", json("""{"name":"echo"}"""))
        withData(
            nameFn = { it.what },
            Row("Accept without event streams", 406, -32000, ping + ("Accept" to "application/json"), list),
            Row("another content type", 415, -32000, ping + ("Content-Type" to "text/plain"), list),
            Row("not JSON", 400, -32700, ping, "{"),
            Row("a batch", 400, -32600, ping, "[$list]"),
            Row("a null id", 400, -32600, ping, """{"jsonrpc":"2.0","id":null,"method":"tools/list"}"""),
            Row("a response", 400, -32600, ping, """{"jsonrpc":"2.0","id":1,"result":{}}"""),
            Row("no version header", 400, -32020, ping + ("MCP-Protocol-Version" to null), list),
            Row("another version in the header", 400, -32020, ping + ("MCP-Protocol-Version" to "2025-11-25"), list),
            Row("no _meta", 400, -32602, ping, rpc("tools/list")),
            Row(
                "no capabilities in _meta",
                400,
                -32602,
                ping,
                statelessBody("tools/list", meta = STATELESS_META.with(MetaKeys.CLIENT_CAPABILITIES to null)),
            ),
            Row("no Mcp-Method", 400, -32020, ping + ("Mcp-Method" to null), list),
            Row("another Mcp-Method", 400, -32020, ping + ("Mcp-Method" to "tools/call"), list),
            Row("no Mcp-Name", 400, -32020, statelessHeaders("tools/call"), callBody),
            Row("another Mcp-Name", 400, -32020, statelessHeaders("tools/call", "other"), callBody),
            Row("Mcp-Name in unpadded Base64", 400, -32020, statelessHeaders("tools/call", "=?base64?ZWNobw?="), callBody),
            Row(
                "a parameter header that mirrors nothing",
                400,
                -32020,
                statelessHeaders("tools/call", "region") + ("Mcp-Param-Region" to "eu"),
                statelessBody("tools/call", json("""{"name":"region","arguments":{}}""")),
            ),
            Row(
                "a parameter header that is missing",
                400,
                -32020,
                statelessHeaders("tools/call", "region"),
                statelessBody("tools/call", json("""{"name":"region","arguments":{"r":"eu"}}""")),
            ),
        ) { row ->
            val before = server.violations.size
            val headers = row.headers.entries.mapNotNull { (name, value) -> value?.let { name to it } }.toMap()
            val answer = HttpProbe.send("POST", url, headers, row.body)
            answer.statusCode() shouldBe row.status
            answer.rpcErrorCode shouldBe row.code
            server.violations shouldHaveSize before + 1
        }

        test("an unknown version is no violation, and gets the list") {
            val before = server.violations.size
            val meta = STATELESS_META.with(MetaKeys.PROTOCOL_VERSION to JsonPrimitive("2027-01-01"))
            val headers = statelessHeaders("tools/list") + ("MCP-Protocol-Version" to "2027-01-01")
            val answer = HttpProbe.send("POST", url, headers, statelessBody("tools/list", meta = meta))
            answer.statusCode() shouldBe 400
            answer.rpcErrorCode shouldBe -32022
            answer.json.objectAt("error")?.objectAt("data")?.get("supported") shouldBe jsonStrings(listOf("2026-07-28"))
            server.violations shouldHaveSize before
        }

        test("an unknown method is 404 with a JSON-RPC error") {
            val answer = HttpProbe.send("POST", url, statelessHeaders("ping"), statelessBody("ping"))
            answer.statusCode() shouldBe 404
            answer.rpcErrorCode shouldBe -32601
        }

        test("initialize gets the list of versions") {
            val answer = HttpProbe.send("POST", url, POST_HEADERS, rpc("initialize", json("""{"protocolVersion":"2025-11-25"}""")))
            answer.statusCode() shouldBe 400
            answer.rpcErrorCode shouldBe -32022
        }

        withData("GET", "DELETE") { method ->
            HttpProbe.send(method, url, mapOf("Accept" to "text/event-stream")).statusCode() shouldBe 405
        }
    }

    context("a client that goes away") {
        suspend fun stateAfterDisconnect(tool: String, headers: Map<String, String> = emptyMap()): RecordedCall.State {
            val before = server.calls.size
            val body = statelessBody("tools/call", json("""{"name":"$tool"}"""))
            rawPost(loopback.port, "/mcp", statelessHeaders("tools/call", tool) + headers, body).use {
                server.awaitCalls(before + 1).last().currentState shouldBe RecordedCall.State.RUNNING
            }
            return server.calls.last().awaitEnd()
        }

        test("cancels a handler that streams") {
            stateAfterDisconnect("hang") shouldBe RecordedCall.State.CANCELLED
        }

        test("cancels a handler that has sent nothing") {
            stateAfterDisconnect("wait") shouldBe RecordedCall.State.CANCELLED
        }

        test("cancels a handler that streams to a request with Connection: close") {
            stateAfterDisconnect("hang", mapOf("Connection" to "close")) shouldBe RecordedCall.State.CANCELLED
        }
    }
})
