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

private const val REDIRECT = "http://127.0.0.1:1/callback"
private const val VERIFIER = "0123456789012345678901234567890123456789012"
private const val RESOURCE = "https://mcp.example/mcp"

class AuthorizationServerTest : FunSpec({
    context("the authorization code grant") {
        test("from a code to tokens, which can be introspected and refreshed") {
            withServer {
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
            withServer {
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
            withServer {
                redeem(code(), changes).statusCode() shouldBe 400
                server.violations shouldHaveSize 1
            }
        }

        test("a code is good once, and its second use revokes what came of it") {
            withServer {
                val code = code()
                val token = redeem(code).json.string("access_token")!!
                redeem(code).json.string("error") shouldBe "invalid_grant"
                server.introspect(token).shouldBeNull()
            }
        }

        test("a rotated refresh token used again revokes its family") {
            withServer {
                val first = redeem(code()).json.string("refresh_token")!!
                val second = refresh(first).json
                refresh(first).json.string("error") shouldBe "invalid_grant"
                refresh(second.string("refresh_token")!!).json.string("error") shouldBe "invalid_grant"
                server.introspect(second.string("access_token")!!).shouldBeNull()
                server.violations shouldHaveSize 2
            }
        }

        test("expireAccessTokens leaves the refresh token good") {
            withServer {
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
            withServer {
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
            withServer {
                val answer = HttpProbe.send("GET", authorizeUrl(changes))
                answer.statusCode() shouldBe 400
                answer.header("Location").shouldBeNull()
            }
        }

        test("may name another loopback port than was registered") {
            withServer { callback(authorize(mapOf("redirect_uri" to "http://127.0.0.1:4711/callback")))["code"].shouldNotBeNull() }
        }

        test("waits for the button of the page") {
            withServer({ consent(Consent.LOGIN_PAGE) }) {
                val page = HttpProbe.send("GET", authorizeUrl())
                page.header("Content-Type")!! shouldContain "text/html"
                val id = Regex("name=\"request\" value=\"([^\"]+)\"").find(page.body())!!.groupValues[1]
                val answer = HttpProbe.postForm("$url/authorize", mapOf("request" to id, "decision" to "approve"))
                callback(answer.header("Location")!!)["code"].shouldNotBeNull()
            }
        }

        test("is denied when the script says so") {
            withServer({ consent(Consent.DENY) }) { callback(authorize())["error"] shouldBe "access_denied" }
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
            withServer({ client(basic) }) {
                HttpProbe.postForm("$url/token", form, basicHeader("s/e:c")).statusCode() shouldBe 200
                server.violations.shouldBeEmpty()
            }
        }

        test("a wrong secret is 401") {
            withServer({ client(basic) }) { HttpProbe.postForm("$url/token", form, basicHeader("no")).statusCode() shouldBe 401 }
        }

        test("client_secret_post") {
            withServer({ client(post) }) {
                HttpProbe.postForm("$url/token", form + mapOf("client_id" to "post", "client_secret" to "x")).statusCode() shouldBe 200
            }
        }

        test("another method than the registered one is refused") {
            withServer({ client(basic) }) {
                val answer = HttpProbe.postForm("$url/token", form + mapOf("client_id" to "with basic", "client_secret" to "s/e:c"))
                answer.json.string("error") shouldBe "invalid_client"
            }
        }

        test("two methods at once are refused") {
            withServer({ client(basic) }) {
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
            withServer {
                val metadata = HttpProbe.send("GET", "$url/.well-known/oauth-authorization-server").json
                metadata.string("issuer") shouldBe url
                metadata["code_challenge_methods_supported"] shouldBe jsonStrings(listOf("S256"))
                HttpProbe.send("GET", "$url/.well-known/openid-configuration").statusCode() shouldBe 404
            }
        }

        withData(ServerMetadataLocation.values().toList()) { location ->
            withServer({
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
            withServer({ issuerPath("/tenant1") }) {
                HttpProbe.send("GET", "$url/.well-known/oauth-authorization-server").statusCode() shouldBe 404
                server.violations shouldHaveSize 1
            }
        }

        test("can be changed") {
            withServer({
                metadata { it.with("code_challenge_methods_supported" to null, "issuer" to JsonPrimitive("https://evil.example")) }
            }) {
                val metadata = HttpProbe.send("GET", "$url/.well-known/oauth-authorization-server").json
                metadata.string("issuer") shouldBe "https://evil.example"
                metadata["code_challenge_methods_supported"].shouldBeNull()
            }
        }

        test("can be a web page, until it is not") {
            withServer {
                server.answerAlways(Endpoint.METADATA, ScriptedAnswer.html())
                HttpProbe.send("GET", "$url/.well-known/oauth-authorization-server").header("Content-Type")!! shouldContain "text/html"
                server.answerAlways(Endpoint.METADATA, null)
                HttpProbe.send("GET", "$url/.well-known/oauth-authorization-server").statusCode() shouldBe 200
            }
        }
    }

    context("registration (RFC 7591)") {
        suspend fun OAuthProbe.register(
            body: String,
        ) = HttpProbe.send("POST", "$url/register", mapOf("Content-Type" to "application/json"), body)

        test("gives a client that can be used") {
            withServer {
                val answer = register("""{"redirect_uris":["$REDIRECT"],"application_type":"native","token_endpoint_auth_method":"none"}""")
                answer.statusCode() shouldBe 201
                callback(authorize(mapOf("client_id" to answer.json.string("client_id"))))["code"].shouldNotBeNull()
                server.violations.shouldBeEmpty()
            }
        }

        test("gives a secret when that is the first method") {
            withServer({ authMethods("client_secret_basic") }) {
                val answer = register("""{"redirect_uris":["$REDIRECT"],"application_type":"native"}""").json
                answer.string("token_endpoint_auth_method") shouldBe "client_secret_basic"
                answer.string("client_secret").shouldNotBeNull()
            }
        }

        withData<Pair<String, String>>(
            { "refuses ${it.first}" },
            "no redirect URI" to """{"redirect_uris":[],"application_type":"native"}""",
            "plain http elsewhere" to """{"redirect_uris":["http://app.example/cb"],"application_type":"native"}""",
            "loopback for a web client" to """{"redirect_uris":["$REDIRECT"],"application_type":"web"}""",
            "another application_type" to """{"redirect_uris":["$REDIRECT"],"application_type":"mobile"}""",
            "another grant" to """{"redirect_uris":["$REDIRECT"],"application_type":"native","grant_types":["password"]}""",
            "something else than JSON" to "redirect_uris=$REDIRECT",
        ) { (_, body) ->
            withServer { register(body).statusCode() shouldBe 400 }
        }

        test("works without application_type, but notes it") {
            withServer {
                register("""{"redirect_uris":["$REDIRECT"]}""").statusCode() shouldBe 201
                server.violations shouldHaveSize 1
            }
        }

        test("can be closed") {
            withServer({ registration(isOpen = false) }) { register("{}").statusCode() shouldBe 404 }
        }
    }

    test("nothing that prints shows a secret") {
        withServer({ consent(Consent.APPROVE) }) {
            val code = code()
            val token = redeem(code).json.string("access_token")!!
            redeem(code)
            val printed = server.violations.toString() + Endpoint.values().map { server.requests(it) } + server.introspect(token)
            listOf(code, token, VERIFIER).forEach { printed shouldNotContain it }
        }
    }
})

private class OAuthProbe(val server: AuthorizationServer, val url: String) {
    fun authorizeUrl(changes: Map<String, String?> = emptyMap()): String {
        val parameters =
            mapOf(
                "response_type" to "code",
                "client_id" to "app",
                "redirect_uri" to REDIRECT,
                "state" to "s t",
                "scope" to "a b",
                "code_challenge" to codeChallengeOf(VERIFIER),
                "code_challenge_method" to "S256",
                "resource" to RESOURCE,
            )
        return "$url/authorize?" + formText(changed(parameters, changes))
    }

    /** The redirect that answers an authorization request. */
    suspend fun authorize(changes: Map<String, String?> = emptyMap()): String {
        val answer = HttpProbe.send("GET", authorizeUrl(changes))
        answer.statusCode() shouldBe 302
        return answer.header("Location")!!
    }

    suspend fun code(): String = callback(authorize()).getValue("code")

    suspend fun redeem(code: String, changes: Map<String, String?> = emptyMap()) =
        HttpProbe.postForm(
            "$url/token",
            changed(
                mapOf(
                    "grant_type" to "authorization_code",
                    "code" to code,
                    "redirect_uri" to REDIRECT,
                    "client_id" to "app",
                    "code_verifier" to VERIFIER,
                    "resource" to RESOURCE,
                ),
                changes,
            ),
        )

    suspend fun refresh(token: String) =
        HttpProbe.postForm(
            "$url/token",
            mapOf("grant_type" to "refresh_token", "refresh_token" to token, "client_id" to "app", "resource" to RESOURCE),
        )

    fun callback(location: String): Map<String, String> = parseForm(location.substringAfter('?')).toMap()

    private fun changed(parameters: Map<String, String>, changes: Map<String, String?>): Map<String, String> =
        (parameters + changes).entries.mapNotNull { (name, value) -> value?.let { name to it } }.toMap()
}

private suspend fun withServer(configure: AuthorizationServerBuilder.() -> Unit = {}, block: suspend OAuthProbe.() -> Unit) {
    val server =
        AuthorizationServer {
            client(RegisteredClient("app", listOf(REDIRECT)))
            configure()
        }
    LoopbackServer.start({ authorizationServer(server) }).use { OAuthProbe(server, it.url).block() }
}
