package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.ForbiddenException
import io.github.latchkey.mcp.HttpAnswer
import io.github.latchkey.mcp.HttpStatusException
import io.github.latchkey.mcp.JsonRpcError
import io.github.latchkey.mcp.JsonRpcException
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.NotMcpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProtocolException
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.UnauthorizedException
import io.github.latchkey.mcp.UnreachableException
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe

/** MCP 2026-07-28: Versioning, Compatibility Matrix; Streamable HTTP, Backward Compatibility. */
class EraRulesSpec :
    FunSpec({
        val all = EraRules(ProtocolVersion.entries)
        val statelessOnly = EraRules(listOf(ProtocolVersion.V2026_07_28))

        fun EraVerdict.inWords() =
            when (this) {
                is EraVerdict.Stateless -> "stateless $version"
                is EraVerdict.RepeatWith -> "repeat with $version"
                is EraVerdict.Session -> "initialize $version"
                is EraVerdict.NothingInCommon -> "nothing in common with $serverVersions"
                EraVerdict.None -> "no verdict"
            }

        fun details(status: Int?, error: JsonRpcError? = null) =
            FailureDetails(Phase.CONNECT, "https://h/mcp", "-", status?.let { HttpAnswer(it, jsonRpcError = error) })

        fun rpc(code: Int, data: String? = null, status: Int? = 200): McpException {
            val error = JsonRpcError(code, "m", data?.let(RawJson::parse))
            return JsonRpcException("m", error, details(status, error))
        }

        fun status(status: Int, error: JsonRpcError? = null) = HttpStatusException("m", ErrorCode.REJECTED, details(status, error))

        context("a result") {
            withData(
                mapOf(
                    "that names the revision" to ("""{"supportedVersions":["2026-07-28"],"capabilities":{}}""" to "stateless 2026-07-28"),
                    "that names more" to ("""{"supportedVersions":["2025-11-25","2026-07-28","2099-01-01"]}""" to "stateless 2026-07-28"),
                    "that names older ones only (AMB-02)" to
                        ("""{"supportedVersions":["2025-03-26","2025-06-18"]}""" to "initialize 2025-06-18"),
                    "that names unknown ones only" to ("""{"supportedVersions":["2099-01-01"]}""" to "nothing in common with [2099-01-01]"),
                    "that is empty (TRAP-02)" to ("{}" to "initialize 2025-11-25"),
                    "that names none" to ("""{"supportedVersions":[]}""" to "initialize 2025-11-25"),
                    "of another kind" to ("""{"tools":[]}""" to "initialize 2025-11-25"),
                    "that is no object" to ("null" to "initialize 2025-11-25"),
                ),
            ) { (result, verdict) -> all.judge(RawJson.parse(result)).inWords() shouldBe verdict }
        }

        context("a failure") {
            withData(
                mapOf(
                    "-32022 naming the version just sent (TRAP-01)" to
                        (rpc(-32022, """{"supported":["2026-07-28"]}""", 400) to "repeat with 2026-07-28"),
                    "-32022 naming older ones (AMB-02)" to (
                        rpc(
                            -32022,
                            """{"supported":["2025-06-18"]}""",
                            400,
                        ) to "initialize 2025-06-18"
                        ),
                    "-32022 naming newer ones" to
                        (rpc(-32022, """{"supported":["2099-01-01"]}""", 400) to "nothing in common with [2099-01-01]"),
                    "-32022 naming nothing" to (rpc(-32022, null, 400) to "no verdict"),
                    "-32020" to (rpc(-32020, null, 400) to "no verdict"),
                    "-32021" to (rpc(-32021, null, 400) to "no verdict"),
                    "404 with -32601 (AMB-01)" to (rpc(-32601, null, 404) to "initialize 2025-11-25"),
                    "200 with -32601" to (rpc(-32601) to "initialize 2025-11-25"),
                    "200 with -32602" to (rpc(-32602) to "initialize 2025-11-25"),
                    "any error where there is no HTTP (VER-20)" to (rpc(-32000, null, null) to "initialize 2025-11-25"),
                    "400 with -32000" to (rpc(-32000, null, 400) to "initialize 2025-11-25"),
                    "400 without a body (VER-22)" to (status(400) to "initialize 2025-11-25"),
                    "404 without a body (VER-23)" to (NotMcpException("m", details(404)) to "initialize 2025-11-25"),
                    "405" to (NotMcpException("m", details(405)) to "initialize 2025-11-25"),
                    "200 with HTML" to (NotMcpException("m", details(200)) to "initialize 2025-11-25"),
                    "401 (TRAP-36)" to (UnauthorizedException("m", details(401)) to "no verdict"),
                    "403" to (ForbiddenException("m", details(403)) to "no verdict"),
                    "429" to (HttpStatusException("m", ErrorCode.RATE_LIMITED, details(429)) to "no verdict"),
                    "500" to (status(500) to "no verdict"),
                    "500 with a JSON-RPC error" to (status(500, JsonRpcError(-32603)) to "no verdict"),
                    "no connection" to (UnreachableException("m", details(null), null) to "no verdict"),
                    "a broken answer" to (ProtocolException("m", details(200)) to "no verdict"),
                ),
            ) { (failure, verdict) -> all.judge(failure).inWords() shouldBe verdict }
        }

        test("a client of 2026-07-28 alone never falls back") {
            statelessOnly.judge(rpc(-32601, null, 404)).inWords() shouldBe "nothing in common with []"
            statelessOnly.judge(RawJson.parse("{}")).inWords() shouldBe "nothing in common with []"
        }
    })
