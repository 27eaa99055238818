package io.github.latchkey.mcp.http.internal

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.ktor.http.Url

class RedirectsSpec : FunSpec({
    context("resolveLocation, from https://a.example/v1/mcp?k=1") {
        val base = Url("https://a.example/v1/mcp?k=1")
        withData(
            nameFn = { "'${it.first}' is ${it.second}" },
            "/other" to "https://a.example/other",
            "other" to "https://a.example/v1/other",
            "./other?x=2" to "https://a.example/v1/other?x=2",
            "../other" to "https://a.example/other",
            "../../../other" to "https://a.example/other",
            "?x=2" to "https://a.example/v1/mcp?x=2",
            "/other#part" to "https://a.example/other",
            "//b.example/other" to "https://b.example/other",
            "https://A.example:443/other" to "https://a.example/other",
            "http://a.example/other" to "http://a.example/other",
            "https://user@a.example/" to null,
            "https://a.example\\@b.example/" to null,
            "ftp://a.example/" to null,
            "javascript:alert(1)" to null,
            "/with space" to null,
            "//" to null,
        ) { (location, expected) ->
            resolveLocation(base, location)?.let { originOf(it) + it.encodedPathAndQuery } shouldBe expected
        }
    }

    context("originOf") {
        withData(
            nameFn = { it.first },
            "http://A.example" to "http://a.example",
            "http://a.example:80/x" to "http://a.example",
            "https://a.example:80/x" to "https://a.example:80",
            "http://[::1]:8080/x" to "http://[::1]:8080",
        ) { (url, expected) -> originOf(Url(url)) shouldBe expected }
    }

    context("a redirect is followed") {
        withData(307, 308) { status ->
            Redirects(Url("https://a.example/mcp")).next(status, "/v2/mcp").shouldBeInstanceOf<Redirect.Followed>()
        }

        test("three times in a row") {
            val redirects = Redirects(Url("https://a.example/mcp"))
            repeat(3) { redirects.next(307, "/$it").shouldBeInstanceOf<Redirect.Followed>() }
            redirects.next(307, "/4").shouldBeInstanceOf<Redirect.Refused>().what shouldContain "more than 3"
        }
    }

    context("a redirect is refused") {
        class Case(
            val status: Int,
            val location: String?,
            val what: String,
        )
        withData(
            nameFn = { "${it.status} to ${it.location}" },
            Case(301, "/other", "does not keep the request"),
            Case(302, "/other", "does not keep the request"),
            Case(303, "/other", "does not keep the request"),
            Case(307, "https://b.example/mcp", "a redirect to https://b.example,"),
            Case(302, "https://b.example/mcp", "a redirect to https://b.example,"),
            Case(308, "https://a.example:8443/mcp", "a redirect to https://a.example:8443,"),
            Case(307, "http://a.example/mcp", "without TLS"),
            Case(307, "http://a.example:443/mcp", "without TLS"),
            Case(307, "https://a.example.b.example/mcp", "a redirect to https://a.example.b.example,"),
            Case(307, "/mcp", "in a circle"),
            Case(307, "", "in a circle"),
            Case(307, null, "to nowhere"),
            Case(307, "mailto:a@b", "no http or https URL"),
        ) { case ->
            val refused = Redirects(Url("https://a.example/mcp")).next(case.status, case.location).shouldBeInstanceOf<Redirect.Refused>()
            refused.what shouldContain case.what
        }

        test("with its target but not its query in the remedy") {
            val refused = Redirects(Url("https://a.example/mcp")).next(302, "https://b.example/login?state=secret")
            refused.shouldBeInstanceOf<Redirect.Refused>().remedy shouldContain "https://b.example/login?state="
            refused.remedy shouldNotContain "secret"
        }
    }
})
