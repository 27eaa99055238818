package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.HttpAnswer
import io.github.latchkey.mcp.InsufficientScopeException
import io.github.latchkey.mcp.JsonRpcError
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.transport.HttpChallenge
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf

private class StatusCase(
    val status: Int,
    val code: ErrorCode,
    val isRetryable: Boolean = false,
    val hasError: Boolean = false,
    val hasSession: Boolean = false,
) {
    val name get() = "$status${if (hasError) " with a JSON-RPC error" else ""}${if (hasSession) " in a session" else ""} is $code"
}

class StatusFailuresSpec : FunSpec({
    context("a status") {
        withData(
            nameFn = StatusCase::name,
            StatusCase(100, ErrorCode.PROTOCOL),
            StatusCase(103, ErrorCode.PROTOCOL),
            StatusCase(301, ErrorCode.REJECTED),
            StatusCase(304, ErrorCode.REJECTED),
            StatusCase(307, ErrorCode.REJECTED),
            StatusCase(400, ErrorCode.REJECTED),
            StatusCase(400, ErrorCode.JSONRPC, hasError = true),
            StatusCase(401, ErrorCode.UNAUTHORIZED),
            StatusCase(401, ErrorCode.UNAUTHORIZED, hasError = true),
            StatusCase(403, ErrorCode.FORBIDDEN),
            StatusCase(403, ErrorCode.FORBIDDEN, hasError = true),
            StatusCase(404, ErrorCode.NOT_MCP),
            StatusCase(404, ErrorCode.JSONRPC, hasError = true),
            StatusCase(404, ErrorCode.SESSION_EXPIRED, hasSession = true),
            StatusCase(404, ErrorCode.SESSION_EXPIRED, hasSession = true, hasError = true),
            StatusCase(400, ErrorCode.REJECTED, hasSession = true),
            StatusCase(405, ErrorCode.NOT_MCP),
            StatusCase(406, ErrorCode.REJECTED),
            StatusCase(406, ErrorCode.JSONRPC, hasError = true),
            StatusCase(408, ErrorCode.REJECTED, isRetryable = true),
            StatusCase(410, ErrorCode.NOT_MCP),
            StatusCase(413, ErrorCode.REJECTED),
            StatusCase(415, ErrorCode.REJECTED),
            StatusCase(429, ErrorCode.RATE_LIMITED, isRetryable = true),
            StatusCase(429, ErrorCode.RATE_LIMITED, isRetryable = true, hasError = true),
            StatusCase(431, ErrorCode.REJECTED),
            StatusCase(499, ErrorCode.REJECTED),
            StatusCase(500, ErrorCode.SERVER_ERROR),
            StatusCase(500, ErrorCode.SERVER_ERROR, hasError = true),
            StatusCase(501, ErrorCode.SERVER_ERROR),
            StatusCase(502, ErrorCode.SERVER_ERROR, isRetryable = true),
            StatusCase(503, ErrorCode.SERVER_ERROR, isRetryable = true),
            StatusCase(504, ErrorCode.SERVER_ERROR, isRetryable = true),
            StatusCase(600, ErrorCode.PROTOCOL),
        ) { case ->
            val error = if (case.hasError) JsonRpcError(-32000, "sorry") else null
            val failure = failures(case.hasSession).of(HttpAnswer(case.status, jsonRpcError = error))
            failure.code shouldBe case.code
            failure.isRetryable shouldBe case.isRetryable
            failure.status shouldBe case.status
            failure.jsonRpcError shouldBe error
            failure.message.orEmpty() shouldContain "https://x.example/mcp answered tools/call with HTTP ${case.status}"
        }
    }

    context("Retry-After") {
        test("makes a 500 worth trying again") {
            val failure = failures().of(HttpAnswer(500, mapOf("retry-after" to "5")))
            failure.isRetryable shouldBe true
            failure.retryAfterSeconds shouldBe 5
            failure.remedy shouldContain "5 s"
        }

        test("that cannot be read is left out") {
            failures().of(HttpAnswer(429, mapOf("retry-after" to "soon"))).retryAfterSeconds.shouldBeNull()
        }
    }

    context("a 403 with insufficient_scope") {
        test("carries the scopes, from a DPoP challenge, too") {
            val challenges = HttpChallenge.parse(listOf("""Basic realm="x", DPoP error="insufficient_scope", scope="a  b""""))
            val failure = failures().of(HttpAnswer(403, challenges = challenges)).shouldBeInstanceOf<InsufficientScopeException>()
            failure.missingScopes shouldBe listOf("a", "b")
        }

        test("may name none") {
            val challenges = HttpChallenge.parse(listOf("""Bearer error="insufficient_scope""""))
            failures().of(HttpAnswer(403, challenges = challenges)).shouldBeInstanceOf<InsufficientScopeException>().missingScopes shouldBe
                emptyList()
        }

        test("is another thing than a 403 with another error") {
            val challenges = HttpChallenge.parse(listOf("""Bearer error="invalid_token""""))
            failures().of(HttpAnswer(403, challenges = challenges)).code shouldBe ErrorCode.FORBIDDEN
        }
    }

    context("the remedy of a 401") {
        test("is an authorizer when there is none") {
            failures().of(HttpAnswer(401)).remedy shouldContain "give the transport an authorizer"
        }

        test("is the token when there is one") {
            failures(hasAuthorizer = true).of(HttpAnswer(401)).remedy shouldContain "check the token"
        }
    }
})

private fun failures(hasSession: Boolean = false, hasAuthorizer: Boolean = false) =
    StatusFailures("https://x.example/mcp", Phase.REQUEST, "tools/call", hasSession, hasAuthorizer)
