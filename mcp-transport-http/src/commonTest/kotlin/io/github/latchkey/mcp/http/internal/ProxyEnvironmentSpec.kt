package io.github.latchkey.mcp.http.internal

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

private class ProxyCase(
    val url: String,
    val expected: String?,
    vararg val variables: Pair<String, String>,
) {
    override fun toString(): String = "$url with ${variables.joinToString { (name, value) -> "$name=$value" }}"
}

class ProxyEnvironmentSpec : FunSpec({
    context("proxyFor") {
        withData(
            nameFn = ProxyCase::toString,
            ProxyCase("https://a.example", null),
            ProxyCase("https://a.example", "http://p:3128", "HTTPS_PROXY" to "http://p:3128"),
            ProxyCase("https://a.example", "http://p:3128", "https_proxy" to "http://p:3128", "HTTPS_PROXY" to "http://q:1"),
            ProxyCase("https://a.example", null, "HTTP_PROXY" to "http://p:3128"),
            ProxyCase("http://a.example", "http://p:3128", "HTTP_PROXY" to "http://p:3128"),
            ProxyCase("http://a.example", "http://p:3128", "http_proxy" to "p:3128"),
            ProxyCase("http://a.example", "http://p:80", "http_proxy" to "p"),
            ProxyCase("http://a.example", null, "HTTP_PROXY" to "http://p:3128", "REQUEST_METHOD" to "GET"),
            ProxyCase("http://a.example", "http://p:1", "http_proxy" to "http://p:1", "REQUEST_METHOD" to "GET"),
            ProxyCase("https://a.example", "socks5://p:1080", "ALL_PROXY" to "socks5://p"),
            ProxyCase("https://a.example", "socks5://p:9050", "all_proxy" to "socks5h://p:9050/"),
            ProxyCase("https://a.example", "http://q:1", "ALL_PROXY" to "socks5://p", "HTTPS_PROXY" to "http://q:1"),
            ProxyCase("https://a.example", "socks5://p:1080", "HTTPS_PROXY" to " ", "ALL_PROXY" to "socks5://p"),
            ProxyCase("https://a.example", "http://p:3128", "HTTPS_PROXY" to "http://u:w@p:3128"),
            ProxyCase("https://localhost", null, "HTTPS_PROXY" to "http://p:1"),
            ProxyCase("https://x.localhost", null, "HTTPS_PROXY" to "http://p:1"),
            ProxyCase("http://127.0.0.1:8080", null, "HTTP_PROXY" to "http://p:1"),
            ProxyCase("http://127.8.9.1", null, "HTTP_PROXY" to "http://p:1"),
            ProxyCase("http://[::1]:8080", null, "HTTP_PROXY" to "http://p:1"),
            ProxyCase("https://a.example", null, "HTTPS_PROXY" to "http://p:1", "NO_PROXY" to "*"),
            ProxyCase("https://a.example", null, "HTTPS_PROXY" to "http://p:1", "NO_PROXY" to "x.example, .example"),
            ProxyCase("https://a.example", "http://p:1", "HTTPS_PROXY" to "http://p:1", "no_proxy" to "b.example", "NO_PROXY" to "*"),
        ) { case ->
            val url = io.ktor.http.Url(case.url)
            ProxyEnvironment(case.variables.toMap()::get).proxyFor(url.protocol.name, url.host, url.port)?.toString() shouldBe case.expected
        }
    }

    context("NO_PROXY") {
        class Case(
            val list: String,
            val host: String,
            val port: Int,
            val expected: Boolean,
        )
        withData(
            nameFn = { "'${it.list}' ${if (it.expected) "names" else "does not name"} ${it.host}:${it.port}" },
            Case("a.example", "a.example", 443, true),
            Case("A.Example", "a.example", 443, true),
            Case("a.example", "b.a.example", 443, true),
            Case(".a.example", "b.a.example", 443, true),
            Case(".a.example", "a.example", 443, true),
            Case("*.a.example", "b.a.example", 443, true),
            Case("a.example", "ba.example", 443, false),
            Case("a.example", "a.example.b", 443, false),
            Case("a.example:443", "a.example", 443, true),
            Case("a.example:8443", "a.example", 443, false),
            Case("a.example.", "a.example", 443, true),
            Case("b.example a.example", "a.example", 443, true),
            Case("b.example,,a.example", "a.example", 443, true),
            Case("10.0.0.1", "10.0.0.1", 80, true),
            Case("0.0.1", "10.0.0.1", 80, false),
            Case("10.0.0.0/8", "10.200.3.4", 80, true),
            Case("10.0.0.0/8", "11.0.0.1", 80, false),
            Case("192.168.1.0/24", "192.168.1.77", 80, true),
            Case("0.0.0.0/0", "8.8.8.8", 80, true),
            Case("10.0.0.0/8", "a.example", 80, false),
            Case("10.0.0.0/99", "10.0.0.1", 80, false),
            Case("fd00::1", "fd00::1", 80, true),
            Case("[fd00::1]:80", "fd00::1", 80, true),
            Case("[fd00::1]:81", "fd00::1", 80, false),
            Case("", "a.example", 80, false),
        ) { noProxyMatches(it.list, it.host, it.port) shouldBe it.expected }
    }

    context("ProxyServer.parse") {
        test("reads credentials, escaped as in URLs, and does not show them") {
            val proxy = ProxyServer.parse("http://j%40ne:p%3Aw%C3%B6rd@P.example:8080", "x")
            proxy.user shouldBe "j@ne"
            proxy.password shouldBe "p:wörd"
            proxy.toString() shouldBe "http://p.example:8080"
        }

        test("reads an IPv6 address") {
            val proxy = ProxyServer.parse("http://[fd00::1]:8080", "x")
            "${proxy.host} ${proxy.port}" shouldBe "fd00::1 8080"
        }

        withData(
            nameFn = { "refuses '$it'" },
            "",
            "http://",
            "https://secret@p:1",
            "ftp://p:1",
            "http://p:0",
            "http://p:99999",
            "http://p:secret",
            "http://u:%zzsecret@p:1",
            "http://:secret@p:1",
            "http://p secret:1",
            "http://[::1",
        ) { url ->
            val failure = shouldThrow<IllegalArgumentException> { ProxyServer.parse(url, "HTTPS_PROXY") }
            failure.message.orEmpty() shouldContain "HTTPS_PROXY"
            failure.message.orEmpty() shouldNotContain "secret"
        }
    }
})
