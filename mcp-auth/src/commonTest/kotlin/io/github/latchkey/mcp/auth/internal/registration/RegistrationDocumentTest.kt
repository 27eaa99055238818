package io.github.latchkey.mcp.auth.internal.registration

import io.github.latchkey.mcp.auth.NonInteractivePrompt
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.auth.internal.MalformedDocumentException
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlin.time.Instant

class RegistrationDocumentTest : FunSpec({
    val options = OAuthOptions.builder(NonInteractivePrompt).clientName("My \"agent\"").build()

    fun server(methods: List<String>?, isByConvention: Boolean = false) =
        AuthorizationServer("https://as", null, null, null, tokenEndpointAuthMethodsSupported = methods, isByConvention = isByConvention)

    test("a registration says who we are (AUTH-31, AUTH-33, AUTH-34)") {
        registrationRequest(options, server(listOf("none")), "http://127.0.0.1:7/callback") shouldBe
            """{"client_name":"My \"agent\"","redirect_uris":["http://127.0.0.1:7/callback"],""" +
            """"grant_types":["authorization_code","refresh_token"],"response_types":["code"],""" +
            """"token_endpoint_auth_method":"none","application_type":"native"}"""
    }

    context("the method to register for is one that the server supports (AUTH-42)") {
        withData(
            nameFn = { "'${it.first}'" },
            listOf("none", "client_secret_basic") to "none",
            listOf("client_secret_post", "client_secret_basic") to "client_secret_basic",
            listOf("client_secret_post") to "client_secret_post",
            listOf("private_key_jwt") to "none",
            null to "client_secret_basic",
        ) { (methods, expected) -> authMethodToRegister(server(methods)) shouldBe expected }

        test("without metadata: none") { authMethodToRegister(server(null, isByConvention = true)) shouldBe "none" }
    }

    context("the answer (RFC 7591 §3.2.1)") {
        test("a public client") {
            val registration = parseRegistration("""{"client_id":"c"}""", "https://as", "http://127.0.0.1:7/callback")
            registration.clientSecret.shouldBeNull()
            listOf(registration.issuer, registration.clientId, registration.redirectUris) shouldBe
                listOf("https://as", "c", listOf("http://127.0.0.1:7/callback"))
        }
        test("a secret that never ends") {
            val registration =
                parseRegistration("""{"client_id":"c","client_secret":"s","client_secret_expires_at":0}""", "https://as", "r")
            listOf(registration.clientSecret?.value, registration.clientSecretExpiresAt) shouldBe listOf("s", null)
        }
        test("a secret that ends") {
            parseRegistration(
                """{"client_id":"c","client_secret":"s","client_secret_expires_at":9}""",
                "https://as",
                "r",
            ).clientSecretExpiresAt shouldBe
                Instant.fromEpochSeconds(9)
        }
        test("no client_id") {
            shouldThrow<MalformedDocumentException> { parseRegistration("""{"client_secret":"s"}""", "https://as", "r") }.problem shouldBe
                "has no client_id"
        }
    }
})
