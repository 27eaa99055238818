package io.github.latchkey.mcp.auth.internal.discovery

import io.github.latchkey.mcp.auth.ResourceMatch
import io.github.latchkey.mcp.auth.internal.MalformedDocumentException
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

class ProtectedResourceMetadataTest : FunSpec({
    fun url(text: String) = HttpUrl.parse(text).shouldNotBeNull()

    context("the locations, in order (AUTH-03, AUTH-04, AUTH-06)") {
        val wellKnown = "https://h/.well-known/oauth-protected-resource"
        withData(
            nameFn = { "'${it.first}'" },
            ("https://h/public/mcp" to null) to listOf("$wellKnown/public/mcp", wellKnown),
            ("https://h" to null) to listOf(wellKnown),
            ("https://h/" to null) to listOf(wellKnown),
            ("https://h/mcp?tenant=1" to null) to listOf("$wellKnown/mcp?tenant=1", wellKnown),
            ("https://h?tenant=1" to null) to listOf("$wellKnown?tenant=1", wellKnown),
            ("https://h/mcp/" to null) to listOf("$wellKnown/mcp/", wellKnown),
            ("https://h:8443/mcp" to null) to
                listOf("https://h:8443/.well-known/oauth-protected-resource/mcp", "https://h:8443/.well-known/oauth-protected-resource"),
            ("https://h/mcp" to "https://h/custom") to listOf("https://h/custom", "$wellKnown/mcp", wellKnown),
            ("https://h/mcp" to "$wellKnown/mcp") to listOf("$wellKnown/mcp", wellKnown),
            ("https://h/mcp" to "https://elsewhere/prm") to listOf("https://elsewhere/prm", "$wellKnown/mcp", wellKnown),
        ) { (asked, expected) ->
            val (endpoint, challenged) = asked
            resourceMetadataLocations(url(endpoint), challenged?.let(::url)).map { it.url.value } shouldBe expected
        }
    }

    context("the resource must be the one the document is for (AUTH-07, AUTH-08, AMB-06)") {
        class Case(
            val endpoint: String,
            val location: Int,
            val resource: String,
            val exact: Boolean,
            val normal: Boolean,
            val prefix: Boolean,
        )
        // location: 0 is the challenge's, 1 the path's, 2 the root's
        withData(
            nameFn = { "${it.resource} at location ${it.location} of ${it.endpoint}" },
            Case("https://h/a/mcp", 0, "https://h/a/mcp", exact = true, normal = true, prefix = true),
            Case("https://h/a/mcp", 1, "https://h/a/mcp", exact = true, normal = true, prefix = true),
            Case("https://h/a/mcp", 2, "https://h", exact = true, normal = true, prefix = true),
            Case("https://h/a/mcp", 2, "https://h/", exact = true, normal = true, prefix = true),
            Case("https://h/a/mcp", 2, "https://h/a/mcp", exact = false, normal = false, prefix = true),
            Case("https://h/a/mcp", 0, "https://h", exact = false, normal = true, prefix = true),
            Case("https://h/a/mcp", 0, "https://h/", exact = false, normal = true, prefix = true),
            Case("https://h/a/mcp", 0, "https://h/a", exact = false, normal = true, prefix = true),
            Case("https://h/a/mcp", 0, "https://h/a/", exact = false, normal = true, prefix = true),
            Case("https://h/a/mcp", 0, "https://h/a/mcp/", exact = false, normal = true, prefix = true),
            Case("https://h/a/mcp", 1, "https://h/a", exact = false, normal = false, prefix = true),
            Case("https://h/a/mcp", 0, "https://h/a/mc", exact = false, normal = false, prefix = false),
            Case("https://h/a/mcp", 0, "https://h/a/mcp/more", exact = false, normal = false, prefix = false),
            Case("https://h/a/mcp", 0, "https://h/b", exact = false, normal = false, prefix = false),
            Case("https://h/a/mcp", 0, "https://evil.example.com/a/mcp", exact = false, normal = false, prefix = false),
            Case("https://h/a/mcp", 0, "http://h/a/mcp", exact = false, normal = false, prefix = false),
            Case("https://h/a/mcp", 0, "https://h:444/a/mcp", exact = false, normal = false, prefix = false),
            Case("https://h/a/mcp", 0, "https://h.evil.example/a/mcp", exact = false, normal = false, prefix = false),
            Case("https://h/a/mcp", 0, "https://h/a#x", exact = false, normal = false, prefix = false),
            Case("https://h/a/mcp", 0, "https://h/a?x", exact = false, normal = false, prefix = false),
            Case("https://h/a/mcp", 0, "not a url", exact = false, normal = false, prefix = false),
            Case("https://h/mcp?k=v", 1, "https://h/mcp?k=v", exact = true, normal = true, prefix = true),
            Case("https://h/mcp?k=v", 1, "https://h/mcp", exact = true, normal = true, prefix = true),
            Case("HTTPS://H/mcp", 1, "https://h/mcp", exact = true, normal = true, prefix = true),
            Case("https://h/", 1, "https://h", exact = true, normal = true, prefix = true),
            Case("https://h", 1, "https://h/", exact = true, normal = true, prefix = true),
        ) { case ->
            val endpoint = url(case.endpoint)
            val location = resourceMetadataLocations(endpoint, url("https://h/challenged"))[case.location]
            ResourceMatch.entries.map { isResourceAccepted(case.resource, location, endpoint, it) } shouldBe
                listOf(case.exact, case.normal, case.prefix)
        }
    }

    context("a document that is no metadata is refused with the reason (AUTH-96)") {
        withData(
            nameFn = { "'${it.first}'" },
            "" to "is empty",
            "<!doctype html><html></html>" to "is HTML or XML, not JSON",
            """{"resource":"https://h","authoriz""" to "is broken or truncated JSON",
            "[]" to "is not a JSON object",
            "Unauthorized" to "is not a JSON object",
            "{}" to "names no authorization_servers",
            """{"resource":"https://h","authorization_servers":[]}""" to "names no authorization_servers",
            """{"resource":"https://h","authorization_servers":"https://as"}""" to
                "has a wrong authorization_servers, not an array of strings",
            """{"resource":"https://h","authorization_servers":[1]}""" to "has a wrong authorization_servers, not an array of strings",
            """{"authorization_servers":["https://as"]}""" to "has no resource",
            """{"resource":7,"authorization_servers":["https://as"]}""" to "has a wrong resource, not a string",
            """{"resource":"https://h","authorization_servers":["https://as"],"scopes_supported":"a"}""" to
                "has a wrong scopes_supported, not an array of strings",
        ) { (text, problem) -> shouldThrow<MalformedDocumentException> { ProtectedResourceMetadata.parse(text) }.problem shouldBe problem }
    }

    test("unknown members are ignored, and null is absent") {
        val metadata = ProtectedResourceMetadata.parse(
            """{"resource":"https://h","authorization_servers":["https://as"],"scopes_supported":null,"x":{}}""",
        )
        metadata.scopesSupported shouldBe null
    }
})
