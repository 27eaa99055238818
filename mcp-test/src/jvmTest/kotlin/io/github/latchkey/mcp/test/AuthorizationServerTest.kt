package io.github.latchkey.mcp.test

import io.github.latchkey.mcp.test.AuthorizationServer.Endpoint
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonPrimitive
import java.util.Base64

class AuthorizationServerTest : FunSpec({
    context("the authorization code grant") {
        test("from a code to tokens, which can be introspected and refreshed") {
            withAuthorizationServer {
                val tokens = redeem(code()).json
                tokens.string("token_type") shouldBe "Bearer"
                val info = server.introspect(tokens.string("access_token")!!).shouldNotBeNull()
                info.scopes shouldBe setOf("a", "b")
                info.audience shouldBe listOf(RESOURCE)
                val refreshed = refresh(tokens.string("refresh_token")!!).json
                refreshed.string("refresh_token") shouldNotBe tokens.string("refresh_token")
                server.introspect(refreshed.string("access_token")!!).shouldNotBeNull()
                server.violations.shouldBeEmpty()
            }
        }

        test("iss and state come back with the code") {
            withAuthorizationServer {
                val response = callback(authorize())
                response["state"] shouldBe "s t"
                response["iss"] shouldBe url
            }
        }

        withData<Pair<String, Map<String, String?>>>(
            { "redeeming with ${it.first} is refused" },
            "another verifier" to mapOf("code_verifier" to VERIFIER.reversed()),
            "a short verifier" to mapOf("code_verifier" to "short"),
            "no verifier" to mapOf("code_verifier" to null),
            "another redirect_uri" to mapOf("redirect_uri" to "http://127.0.0.1:2/callback"),
            "another resource" to mapOf("resource" to "https://another.example/mcp"),
            "no resource" to mapOf("resource" to null),
            "an unknown code" to mapOf("code" to "unknown"),
            "an unknown grant" to mapOf("grant_type" to "password"),
        ) { (_, changes) ->
            withAuthorizationServer {
                redeem(code(), changes).statusCode() shouldBe 400
                server.violations shouldHaveSize 1
            }
        }

        test("a code is good once, and its second use revokes what came of it") {
            withAuthorizationServer {
                val code = code()
                val token = redeem(code).json.string("access_token")!!
                redeem(code).json.string("error") shouldBe "invalid_grant"
                server.introspect(token).shouldBeNull()
            }
        }

        test("a rotated refresh token used again revokes its family") {
            withAuthorizationServer {
                val first = redeem(code()).json.string("refresh_token")!!
                val second = refresh(first).json
                refresh(first).json.string("error") shouldBe "invalid_grant"
                refresh(second.string("refresh_token")!!).json.string("error") shouldBe "invalid_grant"
                server.introspect(second.string("access_token")!!).shouldBeNull()
                server.violations shouldHaveSize 2
            }
        }

        test("expireAccessTokens leaves the refresh token good") {
            withAuthorizationServer {
                val tokens = redeem(code()).json
                server.expireAccessTokens()
                server.introspect(tokens.string("access_token")!!).shouldBeNull()
                refresh(tokens.string("refresh_token")!!).statusCode() shouldBe 200
            }
        }
    }

    context("an authorization request (OAuth 2.1 §4.1.1)") {
        withData<Pair<String, Map<String, String?>>>(
            { "with ${it.first} is sent back with an error" },
            "response_type=token" to mapOf("response_type" to "token"),
            "the plain method" to mapOf("code_challenge_method" to "plain"),
            "no challenge" to mapOf("code_challenge" to null),
            "no state" to mapOf("state" to null),
            "no resource" to mapOf("resource" to null),
            "a resource with a fragment" to mapOf("resource" to "$RESOURCE#x"),
            "an empty scope" to mapOf("scope" to ""),
        ) { (_, changes) ->
            withAuthorizationServer {
                callback(authorize(changes)).keys shouldBe
                    setOf("error", "error_description", "state", "iss") - if ("state" in changes) setOf("state") else emptySet()
                server.violations shouldHaveSize 1
            }
        }

        withData<Pair<String, Map<String, String?>>>(
            { "with ${it.first} is not sent anywhere" },
            "an unknown client" to mapOf("client_id" to "unknown"),
            "a redirect_uri that is not registered" to mapOf("redirect_uri" to "http://127.0.0.1:1/other"),
            "no redirect_uri" to mapOf("redirect_uri" to null),
        ) { (_, changes) ->
            withAuthorizationServer {
                val answer = HttpProbe.send("GET", authorizeUrl(changes))
                answer.statusCode() shouldBe 400
                answer.header("Location").shouldBeNull()
            }
        }

        test("may name another loopback port than was registered") {
            withAuthorizationServer {
                callback(authorize(mapOf("redirect_uri" to "http://127.0.0.1:4711/callback")))["code"].shouldNotBeNull()
            }
        }

        test("waits for the button of the page") {
            withAuthorizationServer({ consent(Consent.LOGIN_PAGE) }) {
                val page = HttpProbe.send("GET", authorizeUrl())
                page.header("Content-Type")!! shouldContain "text/html"
                val id = Regex("name=\"request\" value=\"([^\"]+)\"").find(page.body())!!.groupValues[1]
                val answer = HttpProbe.postForm("$url/authorize", mapOf("request" to id, "decision" to "approve"))
                callback(answer.header("Location")!!)["code"].shouldNotBeNull()
            }
        }

        test("is denied when the script says so") {
            withAuthorizationServer({ consent(Consent.DENY) }) { callback(authorize())["error"] shouldBe "access_denied" }
        }
    }

    context("client authentication (RFC 6749 §2.3)") {
        val basic = RegisteredClient("with basic", clientSecret = "s/e:c", grantTypes = listOf("client_credentials"))
        val post =
            RegisteredClient(
                "post",
                clientSecret = "x",
                tokenEndpointAuthMethod = "client_secret_post",
                grantTypes = listOf("client_credentials"),
            )
        val form = mapOf("grant_type" to "client_credentials", "resource" to RESOURCE, "scope" to "a")

        fun basicHeader(secret: String) =
            mapOf(
                "Authorization" to
                    "Basic " +
                    Base64.getEncoder().encodeToString("with+basic:${secret.replace("/", "%2F").replace(":", "%3A")}".toByteArray()),
            )

        test("client_secret_basic, form-encoded inside") {
            withAuthorizationServer({ client(basic) }) {
                HttpProbe.postForm("$url/token", form, basicHeader("s/e:c")).statusCode() shouldBe 200
                server.violations.shouldBeEmpty()
            }
        }

        test("a wrong secret is 401") {
            withAuthorizationServer({
                client(basic)
            }) { HttpProbe.postForm("$url/token", form, basicHeader("no")).statusCode() shouldBe 401 }
        }

        test("client_secret_post") {
            withAuthorizationServer({ client(post) }) {
                HttpProbe.postForm("$url/token", form + mapOf("client_id" to "post", "client_secret" to "x")).statusCode() shouldBe 200
            }
        }

        test("another method than the registered one is refused") {
            withAuthorizationServer({ client(basic) }) {
                val answer = HttpProbe.postForm("$url/token", form + mapOf("client_id" to "with basic", "client_secret" to "s/e:c"))
                answer.json.string("error") shouldBe "invalid_client"
            }
        }

        test("two methods at once are refused") {
            withAuthorizationServer({ client(basic) }) {
                val answer = HttpProbe.postForm(
                    "$url/token",
                    form + mapOf("client_id" to "x", "client_secret" to "y"),
                    basicHeader("s/e:c"),
                )
                answer.json.string("error") shouldBe "invalid_request"
            }
        }
    }

    context("metadata (RFC 8414 §3)") {
        test("at the root for an issuer without a path") {
            withAuthorizationServer {
                val metadata = HttpProbe.send("GET", "$url/.well-known/oauth-authorization-server").json
                metadata.string("issuer") shouldBe url
                metadata["code_challenge_methods_supported"] shouldBe jsonStrings(listOf("S256"))
                HttpProbe.send("GET", "$url/.well-known/openid-configuration").statusCode() shouldBe 404
            }
        }

        withData(ServerMetadataLocation.values().toList()) { location ->
            withAuthorizationServer({
                issuerPath("/tenant1")
                metadataLocations(location)
            }) {
                val paths = ServerMetadataLocation.values().map { it.path("/tenant1") }
                val found = paths.filter { HttpProbe.send("GET", url + it).statusCode() == 200 }
                found shouldBe listOf(location.path("/tenant1"))
                HttpProbe.send("GET", url + found.single()).json.string("issuer") shouldBe "$url/tenant1"
                server.violations.shouldBeEmpty()
            }
        }

        test("the root of an issuer with a path is a violation") {
            withAuthorizationServer({ issuerPath("/tenant1") }) {
                HttpProbe.send("GET", "$url/.well-known/oauth-authorization-server").statusCode() shouldBe 404
                server.violations shouldHaveSize 1
            }
        }

        test("can be changed") {
            withAuthorizationServer({
                metadata { it.with("code_challenge_methods_supported" to null, "issuer" to JsonPrimitive("https://evil.example")) }
            }) {
                val metadata = HttpProbe.send("GET", "$url/.well-known/oauth-authorization-server").json
                metadata.string("issuer") shouldBe "https://evil.example"
                metadata["code_challenge_methods_supported"].shouldBeNull()
            }
        }

        test("can be a web page, until it is not") {
            withAuthorizationServer {
                server.answerAlways(Endpoint.METADATA, ScriptedAnswer.html())
                HttpProbe.send("GET", "$url/.well-known/oauth-authorization-server").header("Content-Type")!! shouldContain "text/html"
                server.answerAlways(Endpoint.METADATA, null)
                HttpProbe.send("GET", "$url/.well-known/oauth-authorization-server").statusCode() shouldBe 200
            }
        }
    }

    test("nothing that prints shows a secret") {
        withAuthorizationServer({ consent(Consent.APPROVE) }) {
            val code = code()
            val token = redeem(code).json.string("access_token")!!
            redeem(code)
            val printed = server.violations.toString() + Endpoint.values().map { server.requests(it) } + server.introspect(token)
            listOf(code, token, VERIFIER).forEach { printed shouldNotContain it }
        }
    }
})
