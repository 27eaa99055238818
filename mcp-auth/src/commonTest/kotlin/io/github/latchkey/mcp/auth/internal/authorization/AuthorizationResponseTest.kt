package io.github.latchkey.mcp.auth.internal.authorization

import io.github.latchkey.mcp.auth.AuthorizationFailedException
import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.CodeVerifier
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

class AuthorizationResponseTest : FunSpec({
    val redirectUri = "http://127.0.0.1:7/callback"

    fun request(endpoint: String = "https://as/authorize", issIsPromised: Boolean = false, scopes: List<String> = emptyList()) =
        AuthorizationRequest(
            AuthorizationServer("https://as", null, null, null, authorizationResponseIssParameterSupported = issIsPromised),
            HttpUrl.parse(endpoint).shouldNotBeNull(),
            clientId = "me & you",
            redirectUri,
            resource = "https://h/mcp",
            scopes,
            state = "STATE",
            CodeVerifier("VERIFIER"),
        )

    context("the authorization URL") {
        test("has every parameter (AUTH-49, AUTH-53)") {
            request(scopes = listOf("a", "b")).url("CHALLENGE") shouldBe
                "https://as/authorize?response_type=code&client_id=me%20%26%20you&redirect_uri=http%3A%2F%2F127.0.0.1%3A7%2Fcallback" +
                "&state=STATE&code_challenge=CHALLENGE&code_challenge_method=S256&resource=https%3A%2F%2Fh%2Fmcp&scope=a%20b"
        }
        test("has no scope without scopes (TRAP-26)") { request().url("C") shouldNotContain "scope" }
        context("keeps the query of the endpoint (AUTH-64)") {
            withData(
                nameFn = { "'${it.first}'" },
                "https://as/authorize?tenant=1" to "https://as/authorize?tenant=1&response_type=code",
                "https://as/authorize?" to "https://as/authorize?response_type=code",
                "https://as/authorize?a=1#fragment" to "https://as/authorize?a=1&response_type=code",
            ) { (endpoint, expected) -> request(endpoint).url("C").substringBefore("&client_id") shouldBe expected }
        }
    }

    context("the redirect") {
        test("yields the code") { authorizationCode("$redirectUri?code=C%2B1&state=STATE", request()).value shouldBe "C+1" }
        test("may be given as its query alone") { authorizationCode("code=C&state=STATE", request()).value shouldBe "C" }

        context("is discarded unless it has our state (AUTH-52)") {
            withData(
                nameFn = { "'${it.first}'" },
                "code=C" to "the redirect has no state",
                "code=C&state=OTHER" to "the redirect has another state",
                "code=C&state=state" to "the redirect has another state",
                "error=access_denied" to "the redirect has no state",
                "code=C&state=STATE&state=STATE" to "the redirect repeats its parameter state",
                "code=C&code=D&state=STATE" to "the redirect repeats its parameter code",
                "state=STATE" to "the redirect has neither a code nor an error",
                "code=&state=STATE" to "the redirect has neither a code nor an error",
            ) { (query, message) ->
                val failure = shouldThrow<AuthorizationFailedException> { authorizationCode("$redirectUri?$query", request()) }
                listOf(failure.step, failure.message) shouldBe listOf(AuthorizationStep.AUTHORIZATION, message)
            }
        }

        context("is discarded if it came from the wrong place") {
            withData(
                "https://as/login?code=C&state=STATE",
                "http://127.0.0.1:7/other?code=C&state=STATE",
                "http://127.0.0.1:7/callback/?code=C&state=STATE",
            ) {
                shouldThrow<AuthorizationFailedException> { authorizationCode(it, request()) }.expected shouldBe redirectUri
            }
        }

        context("the iss table (AUTH-57, AUTH-58)") {
            class Case(val isPromised: Boolean, val iss: String?, val isTaken: Boolean)
            withData(
                nameFn = { "promised=${it.isPromised} iss=${it.iss}: ${if (it.isTaken) "taken" else "refused"}" },
                Case(true, "https://as", true),
                Case(true, null, false),
                Case(true, "https://evil.example.com", false),
                Case(false, null, true),
                Case(false, "https://as", true),
                Case(false, "https://evil.example.com", false),
                Case(true, "https://as/", false),
                Case(true, "https://AS", false),
                Case(true, "https://as:443", false),
                Case(true, "", false),
            ) { case ->
                val iss = case.iss?.let { "&iss=$it" }.orEmpty()
                val answer = { authorizationCode("$redirectUri?code=C&state=STATE$iss", request(issIsPromised = case.isPromised)).value }
                if (case.isTaken) {
                    answer() shouldBe "C"
                } else {
                    shouldThrow<AuthorizationFailedException> { answer() }.expected shouldBe
                        "https://as"
                }
            }
        }

        test("of somebody else is neither followed nor shown (AUTH-59)") {
            val failure =
                shouldThrow<AuthorizationFailedException> {
                    authorizationCode("$redirectUri?error=evil&error_description=call+0900&state=STATE&iss=https://evil", request())
                }
            failure.error.shouldBeNull()
            failure.errorDescription.shouldBeNull()
            failure.message.shouldNotBeNull() shouldNotContain "0900"
        }

        test("with an error is a refusal in the server's words (RFC 6749 §4.1.2.1)") {
            val redirect = "$redirectUri?error=access_denied&error_description=No%20way%1B[31m&state=STATE"
            val failure = shouldThrow<AuthorizationFailedException> { authorizationCode(redirect, request()) }
            listOf(failure.step, failure.error, failure.errorDescription, failure.url) shouldBe
                listOf(AuthorizationStep.AUTHORIZATION, "access_denied", "No way [31m", "https://as/authorize")
        }
    }
})
