package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.auth.internal.url.formDecode
import io.github.latchkey.mcp.transport.HttpFetcher.Response
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.test.runTest
import kotlin.time.Duration.Companion.seconds

private const val IDP = "https://idp.example"
private const val EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
private const val ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
private const val ID_JAG = "urn:ietf:params:oauth:token-type:id-jag"

class EnterpriseManagedTest : FunSpec({
    /** The identity provider: its requests, and what it answers. */
    class Provider(val http: FakeHttp) {
        val requests = mutableListOf<Map<String, String>>()
        val exchanges get() = requests.filter { it["grant_type"] == EXCHANGE }
        var exchangeAnswer: (Map<String, String>) -> Response =
            { Response(200, JSON, """{"access_token":"id.jag.${requests.size}","issued_token_type":"$ID_JAG","token_type":"N_A"}""") }
        var idToken: (Map<String, String>) -> String = { idToken(it["nonce"]) }
        var refreshToken: String? = null
        private var asked = emptyMap<String, String>()

        init {
            val metadata = """{"issuer":"$IDP","authorization_endpoint":"$IDP/authorize","token_endpoint":"$IDP/token"}"""
            http.page("$IDP/.well-known/openid-configuration", metadata)
            http.pages["$IDP/token"] = { request ->
                val form = formDecode(request.body.orEmpty()).toMap()
                requests += form + request.headers.filterKeys { it == "Authorization" }
                if (form["grant_type"] == EXCHANGE) exchangeAnswer(form) else tokens()
            }
        }

        fun approve(url: AuthorizationUrl): String {
            asked = formDecode(url.value.substringAfter('?')).toMap()
            return "$REDIRECT_URI?code=idp-code&state=${asked["state"]}"
        }

        fun idToken(nonce: String?, exp: Long = 1_003_600, changes: Pair<String, String>? = null): String {
            val claims = mapOf("iss" to "\"$IDP\"", "aud" to "\"app\"", "exp" to "$exp", "nonce" to "\"$nonce\"") + listOfNotNull(changes)
            return "h." + FakeSigner.encode(claims.entries.joinToString(",", "{", "}") { "\"${it.key}\":${it.value}" }) +
                ".s${requests.size}"
        }

        private fun tokens(): Response {
            val refresh = refreshToken?.let { ""","refresh_token":"$it"""" }.orEmpty()
            return Response(200, JSON, """{"access_token":"a","token_type":"Bearer","id_token":"${idToken(asked)}"$refresh}""")
        }
    }

    class Enterprise(
        configureProvider: IdentityProvider.Builder.(AuthorizationPrompt) -> Unit = {},
        configure: OAuthOptions.Builder.() -> Unit = { client("me", "secret") },
    ) {
        val person = FakePerson { approve(it) }
        val world: World
        val provider: Provider

        init {
            val builder = IdentityProvider.builder(IDP).client("app")
            builder.configureProvider(person)
            world = World(configure, grant = AuthorizationGrant.enterpriseManaged(builder.build()))
            provider = Provider(world.http)
            world.oauth.set("token_endpoint_auth_methods_supported", """["client_secret_basic"]""")
            world.oauth.serveResourceMetadata()
        }

        private fun approve(url: AuthorizationUrl) = provider.approve(url)
    }

    fun given(token: String = "g1ven.id.token") = Enterprise({ idToken { token } })

    fun signingIn() = Enterprise({ signIn(it) })

    test("an ID token becomes an ID-JAG, and that a token (EXT-10, EXT-11, EXT-13)") {
        runTest {
            val enterprise = given()
            enterprise.world.call() shouldBe 200
            enterprise.provider.requests.single() shouldBe
                mapOf(
                    "grant_type" to EXCHANGE,
                    "requested_token_type" to ID_JAG,
                    "subject_token" to "g1ven.id.token",
                    "subject_token_type" to ID_TOKEN,
                    "audience" to ISSUER,
                    "resource" to RESOURCE,
                    "client_id" to "app",
                )
            enterprise.world.oauth.tokenRequests.single() shouldBe
                mapOf(
                    "grant_type" to "urn:ietf:params:oauth:grant-type:jwt-bearer",
                    "assertion" to "id.jag.1",
                    "resource" to RESOURCE,
                    "Authorization" to "Basic bWU6c2VjcmV0",
                )
        }
    }

    test("nobody is sent to the authorization server, and nobody registered there (EXT-13)") {
        runTest {
            val enterprise = given()
            enterprise.world.call()
            enterprise.world.person.urls.shouldBeEmpty()
            enterprise.world.oauth.registrations.shouldBeEmpty()
        }
    }

    test("the client of the provider authenticates there as at its sign-on (§7.7)") {
        runTest {
            val enterprise = Enterprise({ client("app", "pass").idToken { "t" } })
            enterprise.world.call()
            enterprise.provider.requests.single()["Authorization"] shouldBe "Basic YXBwOnBhc3M="
        }
    }

    test("another token than an ID token says so") {
        runTest {
            val saml = "urn:ietf:params:oauth:token-type:saml2"
            val enterprise = Enterprise({ subjectToken(saml) { "PHNhbWw+" } })
            enterprise.world.call()
            enterprise.provider.requests.single()["subject_token_type"] shouldBe saml
        }
    }

    test("a client by its metadata document will do, where the server takes those (EXT-13)") {
        runTest {
            val enterprise = Enterprise({ idToken { "t" } }, { clientMetadataUrl("https://app.example/client.json") })
            enterprise.world.oauth.set("client_id_metadata_document_supported", "true")
            enterprise.world.call() shouldBe 200
            enterprise.world.oauth.tokenRequests.single()["client_id"] shouldBe "https://app.example/client.json"
        }
    }

    test("where it does not, that is the failure, before the person is named to anybody") {
        runTest {
            val enterprise = Enterprise({ idToken { "t" } }, { clientMetadataUrl("https://app.example/client.json") })
            shouldThrow<AuthorizationFailedException> { enterprise.world.call() }.step shouldBe AuthorizationStep.REGISTRATION
            enterprise.provider.requests.shouldBeEmpty()
        }
    }

    test("without an ID token the person signs in at the provider, once for all (OpenID Connect Core §3.1)") {
        runTest {
            val enterprise = signingIn()
            enterprise.world.call() shouldBe 200
            enterprise.world.oauth.expireTokens()
            enterprise.world.call() shouldBe 200
            val asked = formDecode(enterprise.person.urls.single().value.substringAfter('?')).toMap()
            listOf(asked["scope"], asked["client_id"], asked["code_challenge_method"], asked["resource"]) shouldBe
                listOf("openid", "app", "S256", null)
            enterprise.provider.requests.map { it["grant_type"] } shouldBe listOf("authorization_code", EXCHANGE, EXCHANGE)
        }
    }

    context("an ID token that is not the answer to our request is not passed on (OpenID Connect Core §3.1.3.7)") {
        withData(
            nameFn = { it.first },
            "another issuer" to ("iss" to "\"https://evil.example\""),
            "another client" to ("aud" to "[\"other\"]"),
            "another request" to ("nonce" to "\"other\""),
        ) { (words, change) ->
            runTest {
                val enterprise = signingIn()
                enterprise.provider.idToken = { enterprise.provider.idToken(it["nonce"], changes = change) }
                shouldThrow<AuthorizationFailedException> { enterprise.world.call() }.message.orEmpty() shouldContain words
                enterprise.provider.exchanges.shouldBeEmpty()
            }
        }
    }

    test("an ID token that has expired is renewed with a refresh token, without the person") {
        runTest {
            val enterprise = signingIn()
            enterprise.provider.refreshToken = "idp-refresh"
            enterprise.provider.idToken = { enterprise.provider.idToken(it["nonce"], exp = 1_000_300) }
            enterprise.world.call()
            enterprise.world.clock.now += 3600.seconds
            enterprise.world.call() shouldBe 200
            enterprise.person.urls shouldHaveSize 1
            enterprise.provider.requests.map { it["grant_type"] } shouldBe listOf("authorization_code", EXCHANGE, "refresh_token", EXCHANGE)
            enterprise.provider.requests[2].containsKey("resource") shouldBe false
        }
    }

    test(
        "without one, a token is not renewed ahead of its end: that would be a person's turn, and no request waits for a person before it is sent",
    ) {
        runTest {
            val enterprise = signingIn()
            enterprise.provider.idToken = { enterprise.provider.idToken(it["nonce"], exp = 1_000_300) }
            enterprise.world.call()
            enterprise.world.clock.now += 3590.seconds
            enterprise.world.call() shouldBe 200
            enterprise.person.urls shouldHaveSize 1
            enterprise.world.oauth.expireTokens()
            enterprise.world.call() shouldBe 200
            enterprise.person.urls shouldHaveSize 2
        }
    }

    test("an ID token that the provider refuses is asked for anew, once") {
        runTest {
            val enterprise = signingIn()
            enterprise.world.call()
            enterprise.world.oauth.expireTokens()
            var refusals = 1
            val good = enterprise.provider.exchangeAnswer
            enterprise.provider.exchangeAnswer = { if (refusals-- > 0) Response(400, JSON, """{"error":"invalid_grant"}""") else good(it) }
            enterprise.world.call() shouldBe 200
            enterprise.person.urls shouldHaveSize 2
        }
    }

    test("one that is refused at once is a failure of the exchange") {
        runTest {
            val enterprise = signingIn()
            enterprise.provider.exchangeAnswer =
                { Response(400, JSON, """{"error":"invalid_grant","error_description":"no: ${it["subject_token"]}"}""") }
            val failure = shouldThrow<AuthorizationFailedException> { enterprise.world.call() }
            listOf(failure.step, failure.error, failure.url) shouldBe
                listOf(AuthorizationStep.TOKEN_EXCHANGE, "invalid_grant", "$IDP/token")
            failure.errorDescription shouldBe "no: …"
            enterprise.person.urls shouldHaveSize 1
        }
    }

    test("an answer that is no ID-JAG is not passed on (EXT-12)") {
        runTest {
            val enterprise = given()
            enterprise.provider.exchangeAnswer =
                {
                    Response(
                        200,
                        JSON,
                        """{"access_token":"x","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"Bearer"}""",
                    )
                }
            shouldThrow<AuthorizationFailedException> { enterprise.world.call() }.step shouldBe AuthorizationStep.TOKEN_EXCHANGE
            enterprise.world.oauth.tokenRequests.shouldBeEmpty()
        }
    }

    test("a step-up exchanges for the union of scopes, without the person") {
        runTest {
            val enterprise = given()
            enterprise.world.needed = { if (it == "x") listOf("more") else emptyList() }
            enterprise.world.call()
            enterprise.world.call("x") shouldBe 200
            enterprise.provider.exchanges.map { it["scope"] } shouldBe listOf(null, "more")
        }
    }
})
