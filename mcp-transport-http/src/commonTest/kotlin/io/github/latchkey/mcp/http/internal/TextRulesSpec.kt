package io.github.latchkey.mcp.http.internal

import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

private const val NOW = 784_111_777_000L // Sun, 06 Nov 1994 08:49:37 GMT

class TextRulesSpec : FunSpec({
    context("parseRetryAfter (RFC 9110 §10.2.3)") {
        withData(
            nameFn = { (value, seconds) -> "'$value' is $seconds s" },
            "0" to 0L,
            "120" to 120L,
            " 120 " to 120L,
            "Sun, 06 Nov 1994 08:49:47 GMT" to 10L,
            "Sunday, 06-Nov-94 08:49:47 GMT" to null,
            "Sun, 06 Nov 1994 08:49:00 GMT" to 0L,
            "-1" to null,
            "1.5" to null,
            "soon" to null,
            "" to null,
            "99999999999999999999" to null,
        ) { (value, seconds) -> parseRetryAfter(value, NOW) shouldBe seconds }

        test("a part of a second is rounded up") {
            parseRetryAfter("Sun, 06 Nov 1994 08:49:47 GMT", NOW + 1) shouldBe 10
        }
    }

    context("an endpoint URL is refused") {
        withData(
            nameFn = { "'$it'" },
            "",
            "example.com/mcp",
            "/mcp",
            "ftp://example.com/mcp",
            "http:/example.com",
            "http://",
            "http:///mcp",
            "http://:8080/mcp",
            "http://?x",
            "http://user:hunter22@example.com/mcp",
            "https://user@example.com/mcp",
            "https://example.com/mcp#part",
            "https://example.com/a b",
            "https://example.com\\@evil.example/mcp",
            "https://example.com/\r\nX: y",
            "https://example.com:99999999/mcp",
        ) { url ->
            val failure = shouldThrow<IllegalArgumentException> { EndpointUrl(url) }
            failure.message.orEmpty() shouldContain "the URL"
            failure.message.orEmpty() shouldNotContain "hunter22"
        }
    }

    context("an endpoint URL is taken") {
        withData("http://localhost", "HTTPS://Example.com:8443/mcp?x=y", "http://[::1]:8080/mcp", "http://127.0.0.1/a@b") { url ->
            shouldNotThrowAny { EndpointUrl(url) }.text shouldBe url
        }
    }

    context("withoutQueryValues") {
        withData(
            nameFn = { (url, _) -> url },
            "https://x/mcp" to "https://x/mcp",
            "https://x/mcp?key=s3cret&b=" to "https://x/mcp?key=***&b=***",
            "https://x/mcp?flag" to "https://x/mcp?flag",
            "https://x/mcp?a=b=c" to "https://x/mcp?a=***",
        ) { (url, shown) -> withoutQueryValues(url) shouldBe shown }
    }

    context("a caller's header is refused") {
        withData(
            nameFn = { (name, value) -> "${name.ifEmpty { "(empty)" }}: ${value.encodeToByteArray().size} bytes" },
            "" to "x",
            "a b" to "x",
            "a:" to "x",
            "ä" to "x",
            "X-A" to "secret\r\nX-B: c",
            "X-A" to "secret\u0000",
            "X-A" to "secret ä",
            "Host" to "secret",
            "content-length" to "secret",
            "MCP-Session-Id" to "secret",
        ) { (name, value) ->
            shouldThrow<IllegalArgumentException> { checkCallerHeader(name, value) }.message.orEmpty() shouldNotContain "secret"
        }
    }

    context("a caller's header is taken") {
        withData(nameFn = {
            it.first
        }, "Authorization" to "Bearer x", "X-Api-Key" to "", "User-Agent" to "me/1 (a\tb)", "Cookie" to "a=b") { (name, value) ->
            shouldNotThrowAny { checkCallerHeader(name, value) }
        }
    }

    context("redacted") {
        test("turns control characters into spaces") {
            redacted("a\r\n\u0000b\u001b[31mc\u0085", emptyList()) shouldBe "a b [31mc"
        }

        test("hides what the request carried") {
            redacted("key sk-123456 is wrong", secretsOf("sk-123456")) shouldBe "key *** is wrong"
        }

        test("hides a token without its scheme, too") {
            redacted("token abcdefgh is wrong", secretsOf("Bearer abcdefgh")) shouldBe "token *** is wrong"
        }

        test("leaves short words alone") {
            redacted("on the road", secretsOf("on")) shouldBe "on the road"
        }

        withData(
            nameFn = { (body, _) -> body },
            "got bearer eyJhbGciOi.abc-_~" to "got bearer ***",
            """{"access_token":"abc","token_type":"Bearer"}""" to """{"access_token":"***","token_type":"Bearer"}""",
            "refresh_token=abc&x=y" to "refresh_token=***&x=y",
        ) { (body, shown) -> redacted(body, emptyList()) shouldBe shown }
    }

    context("isSessionId (MCP 2025-11-25, Session Management)") {
        withData(nameFn = { "'$it'" }, "a", "!~", "550e8400-e29b") { id -> isSessionId(id) shouldBe true }
        withData(nameFn = { "'$it'" }, "", "a b", "a\tb", "ä", "a\u007f") { id -> isSessionId(id) shouldBe false }
    }
})
