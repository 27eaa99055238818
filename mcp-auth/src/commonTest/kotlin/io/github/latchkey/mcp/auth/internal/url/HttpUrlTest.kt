package io.github.latchkey.mcp.auth.internal.url

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

class HttpUrlTest : FunSpec({
    context("parse refuses what is no absolute HTTP URL") {
        withData(
            nameFn = { "'$it'" },
            "",
            "mcp",
            "/mcp",
            "//example.com/mcp",
            "https:example.com",
            "https://",
            "https:///mcp",
            "ftp://example.com",
            "javascript://example.com/%0aalert(1)",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "https://user@example.com",
            "https://user:secret@example.com",
            "https://example.com:0",
            "https://example.com:65536",
            "https://example.com:80a",
            "https://example.com:",
            "https://exa mple.com",
            "https://example.com/a b",
            "https://example.com/ä",
            "https://example.com\\@evil.example",
            "https://example.com/\n",
            "https://[::1",
            "https://[zz]",
            "https://exam%70le.com",
        ) { HttpUrl.parse(it).shouldBeNull() }
    }

    context("parse keeps every part as it came (TRAP-21)") {
        test("the whole URL") {
            HttpUrl.parse("HTTPS://Example.COM:443/a%2Fb/?x=%41#f").shouldNotBeNull().value shouldBe
                "HTTPS://Example.COM:443/a%2Fb/?x=%41#f"
        }
        test("the parts") {
            val url = HttpUrl.parse("HTTPS://Example.COM:8443/a%2Fb/?x=1&y#f").shouldNotBeNull()
            listOf(url.scheme, url.host, url.port, url.path, url.query, url.hasFragment) shouldBe
                listOf("https", "example.com", 8443, "/a%2Fb/", "x=1&y", true)
        }
        test("no path, no query") {
            val url = HttpUrl.parse("https://example.com").shouldNotBeNull()
            listOf(url.path, url.query, url.hasPath, url.hasFragment) shouldBe listOf("", null, false, false)
        }
        test("a query right behind the host") {
            val url = HttpUrl.parse("https://example.com?a=/b").shouldNotBeNull()
            listOf(url.path, url.query, url.origin) shouldBe listOf("", "a=/b", "https://example.com")
        }
        test("an empty query is not the same as none") { HttpUrl.parse("https://example.com/?")?.query shouldBe "" }
    }

    context("isLoopback knows this machine without asking DNS (AUTH-93)") {
        withData(
            nameFn = { "'${it.first}'" },
            "localhost" to true,
            "LOCALHOST" to true,
            "127.0.0.1" to true,
            "127.8.9.10" to true,
            "[::1]" to true,
            "127.0.0.1.example.com" to false,
            "localhost.example.com" to false,
            "127.1" to false,
            "127.0.0.01" to false,
            "0127.0.0.1" to false,
            "128.0.0.1" to false,
            "[::2]" to false,
            "2130706433" to false,
        ) { (host, expected) -> HttpUrl.parse("http://$host/").shouldNotBeNull().isLoopback shouldBe expected }
    }

    context("isSameOrigin compares scheme, host and port") {
        withData(
            nameFn = { "'${it.first}'" },
            "https://example.com/other" to true,
            "HTTPS://EXAMPLE.com" to true,
            "https://example.com:443/" to true,
            "http://example.com" to false,
            "https://example.com:444" to false,
            "https://www.example.com" to false,
            "https://example.com.evil.example" to false,
        ) { (other, expected) ->
            HttpUrl.parse("https://example.com/mcp").shouldNotBeNull().isSameOrigin(HttpUrl.parse(other).shouldNotBeNull()) shouldBe
                expected
        }
    }

    context("canonical is the canonical server URI (AUTH-54)") {
        withData(
            nameFn = { "'${it.first}'" },
            "HTTPS://MCP.Example.com" to "https://mcp.example.com",
            "https://mcp.example.com/" to "https://mcp.example.com",
            "https://mcp.example.com/MCP/" to "https://mcp.example.com/MCP/",
            "https://mcp.example.com:8443/mcp?key=1#f" to "https://mcp.example.com:8443/mcp",
        ) { (url, expected) -> HttpUrl.parse(url).shouldNotBeNull().canonical() shouldBe expected }
    }

    context("resolve finds the target of a redirect") {
        withData(
            nameFn = { "'${it.first}'" },
            "https://other.example/x" to "https://other.example/x",
            "//other.example/x" to "https://other.example/x",
            "/x?y" to "https://example.com/x?y",
            "x" to null,
            "javascript:alert(1)" to null,
        ) { (location, expected) ->
            HttpUrl.parse("https://example.com/a/b?c").shouldNotBeNull().resolve(location)?.value shouldBe expected
        }
    }
})
