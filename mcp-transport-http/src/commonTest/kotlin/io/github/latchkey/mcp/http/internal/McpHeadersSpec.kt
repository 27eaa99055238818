package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.transport.ExchangeContext
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.shouldBe

class McpHeadersSpec : FunSpec({
    context("encodeHeaderValue (MCP 2026-07-28, Streamable HTTP, Value Encoding)") {
        withData(
            nameFn = { (value, encoded) -> "'${value.replace("\n", "\\n").replace("\t", "\\t")}' is sent as $encoded" },
            "us-west1" to "us-west1",
            "" to "",
            "inner space stays" to "inner space stays",
            "Hello, 世界" to "=?base64?SGVsbG8sIOS4lueVjA==?=",
            " padded " to "=?base64?IHBhZGRlZCA=?=",
            "line1\nline2" to "=?base64?bGluZTEKbGluZTI=?=",
            "a\tb" to "=?base64?YQli?=",
            "=?base64?literal?=" to "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=",
            "=?base64?no end" to "=?base64?no end",
            "=?BASE64?literal?=" to "=?BASE64?literal?=",
            "\u007f" to "=?base64?fw==?=",
            "?>" to "?>",
            "ÿþý" to "=?base64?w7/DvsO9?=",
        ) { (value, encoded) -> encodeHeaderValue(value) shouldBe encoded }
    }

    context("mcpHeaders, stateless") {
        withData(
            nameFn = { (message, _) -> message },
            request("tools/call", """{"name":"search"}""") to mapOf("Mcp-Method" to "tools/call", "Mcp-Name" to "search"),
            request("prompts/get", """{"name":"größe"}""") to mapOf("Mcp-Method" to "prompts/get", "Mcp-Name" to "=?base64?Z3LDtsOfZQ==?="),
            request("resources/read", """{"uri":"file:///A%20b"}""") to
                mapOf("Mcp-Method" to "resources/read", "Mcp-Name" to "file:///A%20b"),
            request("tasks/get", """{"taskId":"t1"}""") to mapOf("Mcp-Method" to "tasks/get", "Mcp-Name" to "t1"),
            request("tools/list", """{"name":"x"}""") to mapOf("Mcp-Method" to "tools/list"),
            request("tools/call", """{"name":7}""") to mapOf("Mcp-Method" to "tools/call"),
            request("server/discover", "{}") to mapOf("Mcp-Method" to "server/discover"),
            """{"jsonrpc":"2.0","method":"notifications/x"}""" to mapOf("Mcp-Method" to "notifications/x"),
        ) { (message, headers) ->
            mcpHeaders(JsonRpcMessage.parse(message), context(ProtocolVersion.V2026_07_28), "session") shouldBe
                mapOf("MCP-Protocol-Version" to "2026-07-28") + headers
        }
    }

    context("mirrored arguments") {
        val mirrored = mapOf("Region" to "us-west1", "Empty" to "", "City" to "Köln")

        test("become headers in the stateless era") {
            val headers =
                mcpHeaders(JsonRpcMessage.parse(request("tools/call", "{}")), context(ProtocolVersion.V2026_07_28, mirrored), null)
            headers.filterKeys { it.startsWith("Mcp-Param-") } shouldBe
                mapOf("Mcp-Param-Region" to "us-west1", "Mcp-Param-Empty" to "", "Mcp-Param-City" to "=?base64?S8O2bG4=?=")
        }

        test("do not in the session era") {
            mcpHeaders(
                JsonRpcMessage.parse(request("tools/call", "{}")),
                context(ProtocolVersion.V2025_11_25, mirrored),
                null,
            ).keys shouldBe
                setOf("MCP-Protocol-Version")
        }
    }

    context("mcpHeaders, session era") {
        test("initialize carries neither a session id nor a version") {
            mcpHeaders(JsonRpcMessage.parse(request("initialize", "{}")), context(ProtocolVersion.V2025_11_25), "s").shouldBeEmpty()
        }

        test("later messages carry both") {
            mcpHeaders(JsonRpcMessage.parse(request("tools/call", """{"name":"a"}""")), context(ProtocolVersion.V2025_06_18), "s") shouldBe
                mapOf("MCP-Session-Id" to "s", "MCP-Protocol-Version" to "2025-06-18")
        }

        test("a response carries both") {
            mcpHeaders(
                JsonRpcMessage.parse("""{"jsonrpc":"2.0","id":1,"result":{}}"""),
                context(ProtocolVersion.V2025_11_25),
                "s",
            ).keys shouldBe
                setOf("MCP-Session-Id", "MCP-Protocol-Version")
        }

        test("without a session there is only the version") {
            sessionHeaders("ping", ProtocolVersion.V2025_11_25, null) shouldBe mapOf("MCP-Protocol-Version" to "2025-11-25")
        }

        test("before a version is known there is none") {
            sessionHeaders("ping", null, null).keys.shouldBeEmpty()
        }
    }
})

private fun context(version: ProtocolVersion, mirrored: Map<String, String> = emptyMap()) =
    ExchangeContext(version, Phase.REQUEST, mirrored = mirrored)

private fun request(method: String, params: String) = """{"jsonrpc":"2.0","id":1,"method":"$method","params":$params}"""
