package io.github.latchkey.mcp.auth.internal.token

import io.github.latchkey.mcp.auth.AuthorizationFailedException
import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.ClientSecret
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.registration.OAuthClient
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe

class ClientAuthenticationTest : FunSpec({
    fun client(method: String?, secret: String? = "s:e c") = OAuthClient("i:d", secret?.let(::ClientSecret), method)

    fun server(methods: List<String>?) = AuthorizationServer("https://as", null, null, null, tokenEndpointAuthMethodsSupported = methods)

    context("the method (AUTH-42, TRAP-29)") {
        class Case(val registered: String?, val hasSecret: Boolean, val supported: List<String>?, val expected: String)
        withData(
            nameFn = { "registered=${it.registered} secret=${it.hasSecret} supported=${it.supported}: ${it.expected}" },
            Case("none", true, listOf("client_secret_basic"), "none"),
            Case("client_secret_post", true, listOf("client_secret_basic"), "client_secret_post"),
            Case(null, true, listOf("client_secret_post", "client_secret_basic"), "client_secret_basic"),
            Case(null, true, listOf("client_secret_post"), "client_secret_post"),
            Case(null, true, listOf("none"), "none"),
            Case(null, true, null, "client_secret_basic"),
            Case(null, true, listOf("private_key_jwt"), "client_secret_basic"),
            Case(null, false, listOf("client_secret_basic"), "none"),
            Case(null, false, null, "none"),
        ) { tokenEndpointAuthMethod(client(it.registered, if (it.hasSecret) "s" else null), server(it.supported)) shouldBe it.expected }
    }

    context("what is sent (AUTH-43)") {
        fun authenticate(method: String) = authenticateBySecret(client(method), server(null), AuthorizationStep.TOKEN)

        test("basic: a header, and nothing in the body; both parts form-encoded (RFC 6749 §2.3.1)") {
            // base64 of i%3Ad:s%3Ae%20c
            authenticate("client_secret_basic").headers shouldBe mapOf("Authorization" to "Basic aSUzQWQ6cyUzQWUlMjBj")
            authenticate("client_secret_basic").parameters shouldBe emptyList()
        }
        test("post: both in the body, and no header") {
            authenticate("client_secret_post").parameters shouldBe listOf("client_id" to "i:d", "client_secret" to "s:e c")
            authenticate("client_secret_post").headers shouldBe emptyMap()
        }
        test("none: the id alone") {
            authenticate("none").parameters shouldBe listOf("client_id" to "i:d")
            authenticate("none").headers shouldBe emptyMap()
        }
    }

    context("a method that cannot be followed is a failure, not a guess") {
        withData(nameFn = {
            "'${it.first}'"
        }, "private_key_jwt" to "s", "client_secret_basic" to null, "client_secret_post" to null) { (method, secret) ->
            shouldThrow<AuthorizationFailedException> {
                authenticateBySecret(client(method, secret), server(null), AuthorizationStep.REFRESH)
            }.step shouldBe
                AuthorizationStep.REFRESH
        }
    }
})
