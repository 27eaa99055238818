package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.transport.HttpFetcher.Response
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlin.time.Duration.Companion.seconds

/** RFC 9449, EXT-30 to EXT-38. */
class DpopTest : FunSpec({
    fun claims(proof: String?): Map<String, String> = FakeSigner.read(proof!!).second.mapValues { it.value.jsonPrimitive.content }

    fun jwk(proof: String?): JsonObject = FakeSigner.read(proof!!).first["jwk"] as JsonObject

    class Bound(
        val mode: Dpop = Dpop.WHEN_CHALLENGED,
        grant: AuthorizationGrant? = null,
        configure: OAuthOptions.Builder.() -> Unit = {},
    ) {
        val world =
            World({
                dpop(mode)
                configure()
            }, grant = grant).apply {
                oauth.bindsTokens = true
                oauth.set("dpop_signing_alg_values_supported", """["ES256"]""")
                oauth.serveResourceMetadata()
            }

        /** What the server says about a request with this Authorization header; null is 200. */
        var judge: (String?) -> Pair<Int, String?>? = { if (it?.removePrefix("DPoP ") in world.oauth.tokens) null else 401 to "DPoP" }

        fun caller(authorizer: OAuthAuthorizer = world.authorizer) = FakeCaller(authorizer, world.http) { token, _ -> judge(token) }
    }

    test("a DPoP challenge: the token is bound, and its scheme and a proof go on every request (EXT-30)") {
        runTest {
            val bound = Bound()
            val caller = bound.caller()
            caller.call() shouldBe 200
            caller.call() shouldBe 200
            caller.sent shouldBe listOf(null, "DPoP token-2", "DPoP token-2")
            caller.proofs.count { it != null } shouldBe 2
            caller.proofs.filterNotNull().map { claims(it)["jti"] }.toSet() shouldHaveSize 2
        }
    }

    test("the proof of a request (EXT-31)") {
        runTest {
            val caller = Bound().caller()
            caller.call()
            val (header, _) = FakeSigner.read(caller.proofs.last()!!)
            header.toString() shouldBe """{"typ":"dpop+jwt","alg":"ES256","jwk":{"crv":"P-256","kty":"EC","x":"x-k1","y":"y-k1"}}"""
            claims(caller.proofs.last()) - "jti" shouldBe
                mapOf("htm" to "POST", "htu" to RESOURCE, "iat" to "1000000", "ath" to FakeSigner.encode("token-2".reversed()))
        }
    }

    test("the proof of a token request has no token to speak of, and the same key") {
        runTest {
            val bound = Bound()
            val caller = bound.caller()
            caller.call()
            val proof = bound.world.oauth.tokenRequests.single()["DPoP"]
            claims(proof) - "jti" shouldBe mapOf("htm" to "POST", "htu" to "$ISSUER/token", "iat" to "1000000")
            jwk(proof) shouldBe jwk(caller.proofs.last())
        }
    }

    test("the code is bound to the key, too (EXT-38)") {
        runTest {
            val bound = Bound()
            bound.caller().call()
            (bound.world.person.parameters(0)["dpop_jkt"] != null) shouldBe true
        }
    }

    test("htu has neither query nor fragment, and the slash of an empty path") {
        runTest {
            val bound = Bound()
            bound.world.oauth.set("token_endpoint", "\"$ISSUER/token?tenant=1\"")
            bound.world.http.pages["$ISSUER/token?tenant=1"] = bound.world.http.pages.getValue("$ISSUER/token")
            bound.caller().call()
            claims(bound.world.oauth.tokenRequests.single()["DPoP"])["htu"] shouldBe "$ISSUER/token"
        }
    }

    test("an authorization server that lists no algorithm knows nothing of it: a bearer token (EXT-32)") {
        runTest {
            val bound = Bound()
            bound.world.oauth.set("dpop_signing_alg_values_supported", null)
            bound.judge = { if (it in bound.world.oauth.tokens) null else 401 to "DPoP, Bearer" }
            bound.caller().call() shouldBe 200
            bound.world.oauth.tokenRequests.single().containsKey("DPoP") shouldBe false
        }
    }

    context("when it is used") {
        class Case(val mode: Dpop, val challenge: String, val isProved: Boolean)
        withData(
            nameFn = { "${it.mode}, ${it.challenge}: ${it.isProved}" },
            Case(Dpop.OFF, "DPoP", false),
            Case(Dpop.WHEN_CHALLENGED, "Bearer", false),
            Case(Dpop.WHEN_CHALLENGED, "Bearer, DPoP algs=\"ES256\"", true),
            Case(Dpop.WHEN_CHALLENGED, "DPoP algs=\"ES384\"", false),
            Case(Dpop.WHEN_SUPPORTED, "Bearer", true),
            Case(Dpop.REQUIRED, "Bearer", true),
        ) { case ->
            runTest {
                val bound = Bound(case.mode)
                bound.judge = { if (it == null) 401 to case.challenge else null }
                bound.caller().call() shouldBe 200
                bound.world.oauth.tokenRequests.single().containsKey("DPoP") shouldBe case.isProved
            }
        }
    }

    test("required where it is not supported: the sign-in fails before the person is asked") {
        runTest {
            val bound = Bound(Dpop.REQUIRED)
            bound.world.oauth.set("dpop_signing_alg_values_supported", """["none"]""")
            shouldThrow<AuthorizationFailedException> { bound.caller().call() }.step shouldBe AuthorizationStep.SERVER_METADATA
            bound.world.person.urls.shouldBeEmpty()
        }
    }

    test("a bearer token in answer to a proof is refused where a bound one is required (EXT-36)") {
        runTest {
            val bound = Bound(Dpop.REQUIRED)
            bound.world.oauth.bindsTokens = false
            shouldThrow<AuthorizationFailedException> { bound.caller().call() }.step shouldBe AuthorizationStep.TOKEN
        }
    }

    test("elsewhere it is used as the bearer token it is (EXT-36)") {
        runTest {
            val bound = Bound(Dpop.WHEN_SUPPORTED)
            bound.world.oauth.bindsTokens = false
            bound.judge = { if (it in bound.world.oauth.tokens) null else 401 to "Bearer" }
            val caller = bound.caller()
            caller.call() shouldBe 200
            caller.proofs.filterNotNull().shouldBeEmpty()
        }
    }

    test("a bound token that nobody asked for is of no use (RFC 6749 §7.1)") {
        runTest {
            val bound = Bound(Dpop.OFF)
            bound.world.http.page("$ISSUER/token", """{"access_token":"t","token_type":"DPoP"}""")
            shouldThrow<AuthorizationFailedException> { bound.caller().call() }.step shouldBe AuthorizationStep.TOKEN
        }
    }

    test("a refresh is proved with the same key (EXT-36)") {
        runTest {
            val bound = Bound()
            val caller = bound.caller()
            caller.call()
            bound.world.oauth.expireTokens()
            caller.call() shouldBe 200
            val (first, second) = bound.world.oauth.tokenRequests
            second["grant_type"] shouldBe "refresh_token"
            jwk(second["DPoP"]) shouldBe jwk(first["DPoP"])
            caller.sent.last()?.startsWith("DPoP ") shouldBe true
        }
    }

    test("grants without a person are bound, too") {
        runTest {
            val bound = Bound(grant = AuthorizationGrant.clientCredentials()) { client("me", "secret") }
            bound.world.oauth.set("token_endpoint_auth_methods_supported", null)
            val caller = bound.caller()
            caller.call() shouldBe 200
            bound.world.clock.now += 3590.seconds
            caller.call() shouldBe 200
            bound.world.oauth.tokenRequests.map { it.containsKey("DPoP") } shouldBe listOf(true, true)
            bound.world.oauth.tokenRequests.map { jwk(it["DPoP"]) }.toSet() shouldHaveSize 1
        }
    }

    context("nonces") {
        fun FakeOAuth.wantNonce(nonce: String) {
            tokenAnswers += { Response(400, JSON + ("dpop-nonce" to nonce), """{"error":"use_dpop_nonce"}""") }
        }

        test("the token endpoint wants one: the same request again, with it and with another proof (EXT-33)") {
            runTest {
                val bound = Bound()
                bound.world.oauth.wantNonce("as-1")
                bound.caller().call() shouldBe 200
                val (first, second) = bound.world.oauth.tokenRequests
                second - "DPoP" shouldBe first - "DPoP"
                listOf(first, second).map { claims(it["DPoP"])["nonce"] } shouldBe listOf(null, "as-1")
                (claims(first["DPoP"])["jti"] == claims(second["DPoP"])["jti"]) shouldBe false
                bound.world.person.urls shouldHaveSize 1
            }
        }

        test("it is asked for once: a server that is never content gets no third request") {
            runTest {
                val bound = Bound()
                repeat(3) { bound.world.oauth.wantNonce("as-$it") }
                shouldThrow<AuthorizationFailedException> { bound.caller().call() }.error shouldBe "use_dpop_nonce"
                bound.world.oauth.tokenRequests shouldHaveSize 2
            }
        }

        test("the last one goes on the next token request, a refresh for example (EXT-35)") {
            runTest {
                val bound = Bound()
                bound.world.oauth.wantNonce("as-1")
                val caller = bound.caller()
                caller.call()
                bound.world.oauth.expireTokens()
                caller.call()
                claims(bound.world.oauth.tokenRequests.last()["DPoP"])["nonce"] shouldBe "as-1"
            }
        }

        test("the MCP server wants one: the same token with another proof, and nobody signs in again (EXT-34, TRAP-30)") {
            runTest {
                val bound = Bound()
                val caller = bound.caller()
                bound.judge = {
                    when {
                        it == null -> 401 to "DPoP"
                        claims(caller.proofs.last())["nonce"] == "rs-1" -> null
                        else -> (401 to "DPoP error=\"use_dpop_nonce\"").also { caller.answerHeaders = mapOf("dpop-nonce" to "rs-1") }
                    }
                }
                caller.call() shouldBe 200
                caller.call() shouldBe 200
                caller.sent shouldBe listOf(null, "DPoP token-2", "DPoP token-2", "DPoP token-2")
                bound.world.oauth.tokenRequests shouldHaveSize 1
            }
        }

        test("any answer may bring the next one (EXT-35)") {
            runTest {
                val bound = Bound()
                val caller = bound.caller()
                caller.call()
                caller.answerHeaders = mapOf("dpop-nonce" to "rs-2")
                caller.call()
                caller.call()
                caller.proofs.takeLast(2).map { claims(it)["nonce"] } shouldBe listOf(null, "rs-2")
            }
        }

        test("those of the two servers are kept apart (EXT-35)") {
            runTest {
                val bound = Bound()
                bound.world.oauth.wantNonce("as-1")
                val caller = bound.caller()
                caller.call()
                caller.answerHeaders = mapOf("dpop-nonce" to "rs-1")
                caller.call()
                bound.world.oauth.expireTokens()
                caller.call()
                claims(bound.world.oauth.tokenRequests.last()["DPoP"])["nonce"] shouldBe "as-1"
                claims(caller.proofs.last())["nonce"] shouldBe "rs-1"
            }
        }

        test("a server that is never content ends it after two more proofs, without a sign-in") {
            runTest {
                val bound = Bound()
                val caller = bound.caller()
                var count = 0
                bound.judge = {
                    caller.answerHeaders = mapOf("dpop-nonce" to "rs-${count++}")
                    401 to if (it == null) "DPoP" else "DPoP error=\"use_dpop_nonce\""
                }
                caller.call() shouldBe 401
                caller.sent shouldHaveSize 4
                bound.world.person.urls shouldHaveSize 1
            }
        }

        test("a challenge without a new nonce is not answered with the same proof's twin") {
            runTest {
                val bound = Bound()
                val caller = bound.caller()
                bound.judge = { 401 to if (it == null) "DPoP" else "DPoP error=\"use_dpop_nonce\"" }
                caller.call() shouldBe 401
                caller.sent shouldHaveSize 2
            }
        }

        test("a token that is refused after the nonce was given is still refreshed, not signed in for") {
            runTest {
                val bound = Bound()
                val caller = bound.caller()
                caller.call()
                bound.world.oauth.expireTokens()
                bound.judge = {
                    caller.answerHeaders = mapOf("dpop-nonce" to "rs-1")
                    val isNonce = claims(caller.proofs.last())["nonce"] == "rs-1"
                    when {
                        !isNonce -> 401 to "DPoP error=\"use_dpop_nonce\""
                        it?.removePrefix("DPoP ") in bound.world.oauth.tokens -> null
                        else -> 401 to "DPoP error=\"invalid_token\""
                    }
                }
                caller.call() shouldBe 200
                bound.world.oauth.tokenRequests.map { it["grant_type"] } shouldBe listOf("authorization_code", "refresh_token")
                bound.world.person.urls shouldHaveSize 1
            }
        }

        test("ten calls at once with an old nonce all get through") {
            runTest {
                val bound = Bound()
                val caller = bound.caller()
                caller.call()
                bound.judge = { null }
                var count = 0
                val strict =
                    FakeCaller(bound.world.authorizer, bound.world.http) { _, _ ->
                        delay(10)
                        if (count++ < 10) 401 to "DPoP error=\"use_dpop_nonce\"" else null
                    }
                strict.answerHeaders = mapOf("dpop-nonce" to "rs-1")
                coroutineScope { List(10) { async { strict.call() } }.awaitAll() } shouldBe List(10) { 200 }
                bound.world.oauth.tokenRequests shouldHaveSize 1
            }
        }
    }

    test("a proof that is refused for another reason is not answered with a sign-in") {
        runTest {
            val bound = Bound()
            val caller = bound.caller()
            bound.judge = { 401 to if (it == null) "DPoP" else "DPoP error=\"invalid_dpop_proof\"" }
            caller.call() shouldBe 401
            bound.world.person.urls shouldHaveSize 1
        }
    }

    context("the store") {
        val key = GrantKey(ISSUER, "client-1@$ISSUER", RESOURCE)

        test("a token bound to a key of this process stays in it") {
            runTest {
                val bound = Bound()
                bound.caller().call()
                bound.world.store.findGrant(key) shouldBe null
            }
        }

        test("one bound to a given key goes there, and can be used by another process with that key") {
            runTest {
                val bound = Bound { dpopKey(FakeSigner("mine")) }
                bound.caller().call()
                (bound.world.store.findGrant(key)?.keyThumbprint != null) shouldBe true
                val another = bound.caller(OAuthAuthorizer(bound.world.options, FakeCrypto()))
                another.call() shouldBe 200
                another.sent shouldBe listOf("DPoP token-2")
                jwk(another.proofs.single())["x"]?.jsonPrimitive?.content shouldBe "x-mine"
            }
        }

        test("without that key it is not used, least of all as a bearer token") {
            runTest {
                val bound = Bound { dpopKey(FakeSigner("mine")) }
                bound.caller().call()
                val options = OAuthOptions.builder(bound.world.person).tokenStore(bound.world.store).clock(bound.world.clock).build()
                val another = bound.caller(OAuthAuthorizer(options, FakeCrypto()))
                another.call() shouldBe 200
                another.sent.first() shouldBe null
                bound.world.person.urls shouldHaveSize 2
            }
        }

        test("a bearer token in it is not used where a bound one is required") {
            runTest {
                val bound = Bound(Dpop.REQUIRED)
                val grant = Grant(AccessToken("bearer", null), null, emptyList(), emptyList(), bound.world.clock.now)
                bound.world.store.updateGrant(key) { grant }
                bound.world.store.saveGrantKey(RESOURCE, key)
                val caller = bound.caller()
                caller.call() shouldBe 200
                ("bearer" in caller.sent.toString()) shouldBe false
            }
        }
    }

    test("each authorization server sees another key") {
        runTest {
            val bound = Bound()
            val caller = bound.caller()
            caller.call()
            val other = FakeOAuth(bound.world.http, "https://other.example")
            other.bindsTokens = true
            other.set("dpop_signing_alg_values_supported", """["ES256"]""")
            other.serveResourceMetadata()
            bound.world.approver = { other.approve(it) }
            bound.judge = { if (it?.removePrefix("DPoP ") in other.tokens) null else 401 to "DPoP" }
            bound.world.oauth.revokeRefreshTokens()
            caller.call() shouldBe 200
            (jwk(other.tokenRequests.single()["DPoP"]) == jwk(bound.world.oauth.tokenRequests.first()["DPoP"])) shouldBe false
        }
    }

    test("no proof gives the private half away, and nothing shows a proof") {
        runTest {
            val bound = Bound { dpopKey(FakeSigner("mine")) }
            val caller = bound.caller()
            caller.call()
            jwk(caller.proofs.last()).toString() shouldNotContain "s3cret"
            val shown = "${caller.events.map { "$it ${it.fields}" }} ${bound.world.options} ${bound.world.authorizer}"
            caller.proofs.filterNotNull().filter { it in shown }.shouldBeEmpty()
        }
    }
})
