package io.github.latchkey.mcp.auth

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import kotlin.time.Duration.Companion.seconds

private const val JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"

@OptIn(ExperimentalCoroutinesApi::class)
class UnattendedGrantsTest : FunSpec({
    fun credentials(configure: OAuthOptions.Builder.() -> Unit = { client("me", "p&ss w:rd") }, more: String = "") =
        World(configure, grant = AuthorizationGrant.clientCredentials()).apply {
            oauth.serveResourceMetadata(more = more)
            oauth.set("token_endpoint_auth_methods_supported", null)
            oauth.set("code_challenge_methods_supported", null)
        }

    var fetched = mutableListOf<String>()

    fun workload(
        configure: OAuthOptions.Builder.() -> Unit = {
        },
        assertion: suspend (String) -> String = { "w0rkload.jwt.${fetched.size}" },
    ) =
        World(
            configure,
            grant = AuthorizationGrant.workloadIdentity {
                fetched += it
                assertion(it)
            },
        ).apply { oauth.serveResourceMetadata() }

    beforeTest { fetched = mutableListOf() }

    context("client credentials") {
        test("one token request, nobody registered, nobody asked, no PKCE to speak of (EXT-01, EXT-04)") {
            runTest {
                val world = credentials(more = ""","scopes_supported":["a","b"]""")
                world.call() shouldBe 200
                world.call() shouldBe 200
                val request = world.oauth.tokenRequests.single()
                request - "Authorization" shouldBe mapOf("grant_type" to "client_credentials", "resource" to RESOURCE, "scope" to "a b")
                request["Authorization"] shouldBe "Basic bWU6cCUyNnNzJTIwdyUzQXJk" // me:p%26ss%20w%3Ard
                world.oauth.registrations.shouldBeEmpty()
                world.person.urls.shouldBeEmpty()
            }
        }

        test("the secret goes into the body where the server wants it there (EXT-02, AUTH-42)") {
            runTest {
                val world = credentials()
                world.oauth.set("token_endpoint_auth_methods_supported", """["client_secret_post"]""")
                world.call() shouldBe 200
                world.oauth.tokenRequests.single()["client_secret"] shouldBe "p&ss w:rd"
            }
        }

        test("a key signs a new assertion for each request, for this server alone (EXT-03)") {
            runTest {
                val world = credentials({ client("me").privateKeyJwt(FakeSigner("key-1")) })
                world.call()
                world.oauth.expireTokens()
                world.call() shouldBe 200
                val (first, second) = world.oauth.tokenRequests.map { FakeSigner.read(it.getValue("client_assertion")) }
                world.oauth.tokenRequests[0].containsKey("client_id") shouldBe false
                world.oauth.tokenRequests[0]["client_assertion_type"] shouldBe "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
                first.first.toString() shouldBe """{"typ":"JWT","alg":"ES256","kid":"key-1"}"""
                val claims = first.second
                claims.toString() shouldBe
                    """{"iss":"me","sub":"me","aud":"$ISSUER","jti":${claims["jti"]},"iat":1000000,"exp":1000060}"""
                (claims["jti"] == second.second["jti"]) shouldBe false
            }
        }

        test("the assertion may name the token endpoint instead (AMB-07)") {
            runTest {
                val world = credentials({ client("me").privateKeyJwt(FakeSigner()).assertionAudience(AssertionAudience.TOKEN_ENDPOINT) })
                world.call()
                FakeSigner.read(world.oauth.tokenRequests.single().getValue("client_assertion")).second["aud"].toString() shouldBe
                    "\"$ISSUER/token\""
            }
        }

        test("an algorithm that the server does not take is not tried") {
            runTest {
                val world = credentials({ client("me").privateKeyJwt(FakeSigner()) })
                world.oauth.set("token_endpoint_auth_signing_alg_values_supported", """["RS256"]""")
                shouldThrow<AuthorizationFailedException> { world.call() }.expected shouldBe "RS256"
                world.oauth.tokenRequests.shouldBeEmpty()
            }
        }

        test("a token is replaced before it ends, by the same grant and without another 401 (EXT-04)") {
            runTest {
                val world = credentials()
                world.call()
                world.clock.now += 3550.seconds
                world.call() shouldBe 200
                world.caller.sent shouldBe listOf(null, "token-1", "token-2")
                world.oauth.tokenRequests shouldHaveSize 2
                // Once for the sign-in, not again for the renewal.
                world.http.urls.count { it == PRM } shouldBe 1
            }
        }

        test("a token that cannot be replaced ahead of its end is used to the end") {
            runTest {
                val world = credentials()
                world.call()
                world.clock.now += 3550.seconds
                world.oauth.refuse("temporarily_unavailable")
                world.call() shouldBe 200
                world.call() shouldBe 200
                world.oauth.tokenRequests shouldHaveSize 2
            }
        }

        test("a token that is refused is replaced once, by way of the metadata (AUTH-39)") {
            runTest {
                val world = credentials()
                world.call()
                world.oauth.expireTokens()
                world.call() shouldBe 200
                world.http.urls.count { it == PRM } shouldBe 2
                world.oauth.tokenRequests shouldHaveSize 2
            }
        }

        test("a server that refuses every token gets two, and then the 401 stands") {
            runTest {
                val world = credentials()
                val caller = FakeCaller(world.authorizer, world.http) { _, _ -> 401 to "Bearer" }
                caller.call() shouldBe 401
                world.oauth.tokenRequests shouldHaveSize 1
            }
        }

        test("ten calls at once share one token request (AUTH-89)") {
            runTest {
                val world = credentials()
                world.oauth.tokenDelayMillis = 100
                coroutineScope { List(10) { async { world.call() } }.awaitAll() } shouldBe List(10) { 200 }
                world.oauth.tokenRequests shouldHaveSize 1
            }
        }

        test("a 403 asks for the union of scopes, once (AUTH-71, AUTH-72)") {
            runTest {
                val world = credentials(more = ""","scopes_supported":["a"]""")
                world.needed = { if (it == "x") listOf("b") else emptyList() }
                world.call()
                world.call("x") shouldBe 200
                world.oauth.tokenRequests.map { it["scope"] } shouldBe listOf("a", "a b")
            }
        }

        test("a scope that is not granted is asked for once") {
            runTest {
                val world = credentials(more = ""","scopes_supported":["a"]""")
                world.oauth.granted = { listOf("a") }
                world.needed = { if (it == "x") listOf("b") else emptyList() }
                repeat(3) { world.call("x") shouldBe 403 }
                world.oauth.tokenRequests shouldHaveSize 2
            }
        }

        test("the token stays in memory: the store does not tell who it is for") {
            runTest {
                val world = credentials()
                world.call()
                world.store.findGrant(GrantKey(ISSUER, "me", RESOURCE)) shouldBe null
                world.store.findGrantKey(RESOURCE, null) shouldBe null
            }
        }

        test("the grant of a person in the same store is not taken") {
            runTest {
                val world = credentials()
                val grant = Grant(AccessToken("person", null), null, emptyList(), emptyList(), world.clock.now)
                world.store.updateGrant(GrantKey(ISSUER, "me", RESOURCE)) { grant }
                world.store.saveGrantKey(RESOURCE, GrantKey(ISSUER, "me", RESOURCE))
                world.call() shouldBe 200
                world.caller.sent shouldBe listOf(null, "token-1")
            }
        }

        test("no other authorization server gets to see the secret (AUTH-35, AUTH-37)") {
            runTest {
                val world = credentials({ client("me", "secret").clientIssuer("https://other.example") })
                val failure = shouldThrow<AuthorizationFailedException> { world.call() }
                listOf(failure.step, failure.expected) shouldBe listOf(AuthorizationStep.REGISTRATION, "https://other.example")
                world.oauth.tokenRequests.shouldBeEmpty()
            }
        }

        test("no endpoint is guessed: a server without metadata is a plain 401") {
            runTest {
                val world = World({ client("me", "secret") }, grant = AuthorizationGrant.clientCredentials())
                FakeCaller(world.authorizer, world.http) { _, _ -> 401 to null }.call() shouldBe 401
                world.http.requests.filter { it.method == "POST" }.shouldBeEmpty()
            }
        }

        test("a refusal says what to do about it") {
            runTest {
                val world = credentials()
                world.oauth.refuse("unauthorized_client")
                val failure = shouldThrow<AuthorizationFailedException> { world.call() }
                failure.error shouldBe "unauthorized_client"
                failure.remedy shouldBe "ask the operator of the authorization server to allow this grant"
            }
        }

        test("cancelled with its caller, it leaves nothing running") {
            runTest {
                val world = credentials()
                world.oauth.tokenAnswers += { awaitCancellation() }
                val call = launch { world.call() }
                testScheduler.runCurrent()
                call.cancel()
                call.join()
                world.call() shouldBe 200
            }
        }
    }

    context("workload identity") {
        test("the assertion alone: no client, no registration; for the issuer that is to take it (EXT-20, EXT-21)") {
            runTest {
                val world = workload()
                world.call() shouldBe 200
                world.oauth.tokenRequests.single() shouldBe
                    mapOf("grant_type" to JWT_BEARER, "assertion" to "w0rkload.jwt.1", "resource" to RESOURCE)
                fetched shouldBe listOf(ISSUER)
                world.oauth.registrations.shouldBeEmpty()
            }
        }

        test("a client that is given is named") {
            runTest {
                val world = workload({ client("me") })
                world.call() shouldBe 200
                world.oauth.tokenRequests.single()["client_id"] shouldBe "me"
            }
        }

        test("the assertion is fetched anew for every token request (EXT-21)") {
            runTest {
                val world = workload()
                world.call()
                world.clock.now += 3600.seconds
                world.call() shouldBe 200
                world.oauth.tokenRequests.map { it["assertion"] } shouldBe listOf("w0rkload.jwt.1", "w0rkload.jwt.2")
            }
        }

        context("a refusal is asked for once, and surfaces (EXT-22)") {
            withData("invalid_grant", "invalid_scope", "unauthorized_client") { error ->
                runTest {
                    val world = workload()
                    world.oauth.refuse(error)
                    shouldThrow<AuthorizationFailedException> { world.call() }.error shouldBe error
                    world.oauth.tokenRequests shouldHaveSize 1
                }
            }
        }

        test("nor is one of a renewal: what follows is the failure, not another grant") {
            runTest {
                val world = workload()
                world.call()
                world.clock.now += 4000.seconds
                world.oauth.refuse("invalid_grant")
                shouldThrow<AuthorizationFailedException> { world.call() }.error shouldBe "invalid_grant"
                world.oauth.tokenRequests shouldHaveSize 2
            }
        }

        test("the first authorization server is the only one that sees an assertion") {
            runTest {
                val world = workload()
                world.call()
                val other = FakeOAuth(world.http, "https://other.example")
                other.serveResourceMetadata()
                world.oauth.expireTokens()
                val failure = shouldThrow<AuthorizationFailedException> { world.call() }
                failure.message shouldBe "the assertion belongs to $ISSUER, and the server now names https://other.example"
                other.tokenRequests.shouldBeEmpty()
            }
        }

        context("a source that fails, fails the step, with its words") {
            withData<Pair<String, suspend (String) -> String>>(
                nameFn = { it.first },
                "cannot be had: no such file" to { error("no such file") },
                "is empty" to { "" },
                "has spaces" to { "a b" },
            ) { (words, source) ->
                runTest {
                    val world = workload(assertion = source)
                    val failure = shouldThrow<AuthorizationFailedException> { world.call() }
                    failure.step shouldBe AuthorizationStep.TOKEN
                    failure.message shouldContain words
                    world.oauth.tokenRequests.shouldBeEmpty()
                }
            }
        }

        test("a slow source is cancelled with the call") {
            runTest {
                var isCancelled = false
                val world =
                    workload {
                        try {
                            delay(60.seconds)
                            "late"
                        } finally {
                            isCancelled = true
                        }
                    }
                val call = launch { world.call() }
                testScheduler.runCurrent()
                call.cancel()
                call.join()
                isCancelled shouldBe true
            }
        }
    }

    context("options that cannot work are refused at once") {
        fun builder(grant: AuthorizationGrant = AuthorizationGrant.clientCredentials()) = OAuthOptions.builder(grant)
        withData<Pair<String, () -> Any>>(
            nameFn = { it.first },
            "no client at all" to { builder().build() },
            "a public client" to { builder().client("me").build() },
            "a key of nobody" to { builder().privateKeyJwt(FakeSigner()).build() },
            "a method without its key" to { builder().client("me", "s").tokenEndpointAuthMethod("private_key_jwt").build() },
            "a method without its secret" to
                { builder().client("me").privateKeyJwt(FakeSigner()).tokenEndpointAuthMethod("client_secret_basic").build() },
            "an identity provider without a client here" to
                {
                    val provider = IdentityProvider.builder("https://idp.example").client("c").idToken { "t" }.build()
                    builder(AuthorizationGrant.enterpriseManaged(provider)).build()
                },
            "an identity provider with nobody" to { IdentityProvider.builder("https://idp.example").client("c").build() },
            "an identity provider without a client" to { IdentityProvider.builder("https://idp.example").idToken { "t" }.build() },
            "an identity provider that is none" to { IdentityProvider.builder("idp").client("c").idToken { "t" }.build() },
        ) { (_, build) -> shouldThrow<IllegalArgumentException> { build() } }
    }
})
