package io.github.latchkey.mcp.auth.internal.discovery

import io.github.latchkey.mcp.auth.internal.MalformedDocumentException
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

class AuthorizationServerTest : FunSpec({
    context("where the metadata of an issuer may be, in order (AUTH-12, AUTH-13, AUTH-15)") {
        withData(
            nameFn = { "'${it.first}'" },
            "https://a" to listOf("https://a/.well-known/oauth-authorization-server", "https://a/.well-known/openid-configuration"),
            "https://a/" to listOf("https://a/.well-known/oauth-authorization-server", "https://a/.well-known/openid-configuration"),
            "https://a/tenant1" to
                listOf(
                    "https://a/.well-known/oauth-authorization-server/tenant1",
                    "https://a/.well-known/openid-configuration/tenant1",
                    "https://a/tenant1/.well-known/openid-configuration",
                ),
            "https://a/x/tenant1/" to
                listOf(
                    "https://a/.well-known/oauth-authorization-server/x/tenant1",
                    "https://a/.well-known/openid-configuration/x/tenant1",
                    "https://a/x/tenant1/.well-known/openid-configuration",
                ),
        ) { (issuer, expected) -> serverMetadataUrls(HttpUrl.parse(issuer).shouldNotBeNull()).map { it.value } shouldBe expected }
    }

    test("absent members have their defaults (RFC 8414 §2)") {
        val server = AuthorizationServer.parse("""{"issuer":"https://a"}""")
        listOf(
            server.tokenEndpoint,
            server.registrationEndpoint,
            server.tokenEndpointAuthMethodsSupported,
            server.codeChallengeMethodsSupported,
            server.clientIdMetadataDocumentSupported,
            server.authorizationResponseIssParameterSupported,
            server.scopesSupported,
        ) shouldBe listOf(null, null, null, null, false, false, emptyList<String>())
    }

    context("wrong members are refused") {
        withData(
            nameFn = { "'${it.first}'" },
            "{}" to "has no issuer",
            """{"issuer":""}""" to "has no issuer",
            """{"issuer":"https://a","token_endpoint":"/token"}""" to "has a token_endpoint that is not an absolute http(s) URL",
            """{"issuer":"https://a","authorization_endpoint":"javascript:alert(1)"}""" to
                "has a authorization_endpoint that is not an absolute http(s) URL",
            """{"issuer":"https://a","client_id_metadata_document_supported":"yes"}""" to
                "has a wrong client_id_metadata_document_supported, not a boolean",
            """{"issuer":"https://a","code_challenge_methods_supported":"S256"}""" to
                "has a wrong code_challenge_methods_supported, not an array of strings",
        ) { (text, problem) -> shouldThrow<MalformedDocumentException> { AuthorizationServer.parse(text) }.problem shouldBe problem }
    }

    test("the endpoints of 2025-03-26 are at the origin (AUTH-19, AUTH-20)") {
        val server = AuthorizationServer.byConvention("https://h")
        listOf(server.issuer, server.authorizationEndpoint?.value, server.tokenEndpoint?.value, server.registrationEndpoint?.value) shouldBe
            listOf("https://h", "https://h/authorize", "https://h/token", "https://h/register")
    }
})
