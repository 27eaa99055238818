package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.transport.HttpFetcher.Response
import io.github.latchkey.mcp.transport.ProtectedRequest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.maps.shouldNotContainKey
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlin.time.Duration.Companion.seconds
import kotlin.time.Instant

@OptIn(ExperimentalCoroutinesApi::class)
class RefreshTest : FunSpec({
    suspend fun signedIn(configure: OAuthOptions.Builder.() -> Unit = {}): World =
        World(configure).apply {
            oauth.serveResourceMetadata()
            call() shouldBe 200
        }

    fun World.refreshes() = oauth.tokenRequests.filter { it["grant_type"] == "refresh_token" }

    context("a token is refreshed ahead of its end (AUTH-87)") {
        class Case(val life: Long, val ahead: Long, val age: Long, val isRefreshed: Boolean)
        withData(
            nameFn = { "life ${it.life} s, ahead ${it.ahead} s, after ${it.age} s: ${if (it.isRefreshed) "yes" else "no"}" },
            Case(3600, 60, 3539, false),
            Case(3600, 60, 3540, true),
            Case(3600, 60, 9999, true),
            Case(3600, 0, 3599, false),
            Case(3600, 0, 3600, true),
            Case(30, 60, 23, false),
            Case(30, 60, 24, true),
        ) { case ->
            runTest {
                val world = World({ refreshAheadSeconds(case.ahead) })
                world.oauth.serveResourceMetadata()
                world.oauth.tokenExtras = ""","expires_in":${case.life}"""
                world.call()
                world.clock.now += case.age.seconds
                world.call() shouldBe 200
                world.refreshes() shouldHaveSize if (case.isRefreshed) 1 else 0
                world.person.urls shouldHaveSize 1
            }
        }
    }

    test("a refresh says what RFC 6749 §6 wants, and the resource (AUTH-86)") {
        runTest {
            val world = signedIn()
            world.clock.now += 3600.seconds
            world.call()
            val request = world.refreshes().single()
            request["resource"] shouldBe RESOURCE
            request["client_id"] shouldBe "client-1@$ISSUER"
            request["refresh_token"].shouldNotBeNull()
            request shouldNotContainKey "scope"
        }
    }

    test("a rotated refresh token replaces the one before (AUTH-85)") {
        runTest {
            val world = signedIn()
            repeat(3) {
                world.clock.now += 3600.seconds
                world.call() shouldBe 200
            }
            world.refreshes().map { it["refresh_token"] }.distinct() shouldHaveSize 3
        }
    }

    test("one that is not replaced stays good (AUTH-85)") {
        runTest {
            val world = signedIn()
            world.http.page("$ISSUER/token", """{"access_token":"new","token_type":"Bearer"}""")
            world.oauth.tokens["new"] = emptyList()
            world.clock.now += 3600.seconds
            world.call() shouldBe 200
            world.store.findGrant(GrantKey(ISSUER, "client-1@$ISSUER", RESOURCE))?.refreshToken.shouldNotBeNull()
        }
    }

    context("a 401 on a token") {
        test("is cured by a refresh first (AUTH-87)") {
            runTest {
                val world = signedIn()
                world.oauth.expireTokens()
                world.call() shouldBe 200
                world.person.urls shouldHaveSize 1
                world.http.requests.gets() shouldHaveSize 2
            }
        }
        test("by a sign-in if the refresh token is refused, and that one is not tried again (AUTH-86)") {
            runTest {
                val world = signedIn()
                world.oauth.expireTokens()
                world.oauth.revokeRefreshTokens()
                world.call() shouldBe 200
                world.person.urls shouldHaveSize 2
                world.refreshes() shouldHaveSize 1
            }
        }
        test("by a sign-in if the refreshed token is refused, too (AUTH-87)") {
            runTest {
                val world = World()
                world.oauth.serveResourceMetadata()
                val caller =
                    FakeCaller(world.authorizer, world.http) { token, _ -> if (token in setOf("token-2", "token-6")) null else 401 to null }
                caller.call() shouldBe 200
                world.oauth.tokens.remove("token-2")
                val again = FakeCaller(world.authorizer, world.http) { token, _ -> if (token == "token-5") null else 401 to null }
                again.call() shouldBe 200
                again.sent shouldBe listOf("token-2", "token-3", "token-5")
                world.person.urls shouldHaveSize 2
            }
        }
        test("is final if the token of a fresh sign-in is refused") {
            runTest {
                val world = World()
                world.oauth.serveResourceMetadata()
                val caller = FakeCaller(world.authorizer, world.http) { _, _ -> 401 to null }
                caller.call() shouldBe 401
                caller.sent shouldHaveSize 2
                world.person.urls shouldHaveSize 1
            }
        }
        test("leads to another authorization server if the metadata now name one (AUTH-36, AUTH-39)") {
            runTest {
                val world = signedIn()
                world.oauth.issuesRefreshTokens = false
                world.oauth.expireTokens()
                world.oauth.revokeRefreshTokens()
                val second = FakeOAuth(world.http, "https://as2.example").apply { serveResourceMetadata() }
                val person = world.person
                val caller = FakeCaller(world.authorizer, world.http) { token, _ ->
                    if (second.tokens.containsKey(token)) {
                        null
                    } else {
                        401 to
                            null
                    }
                }
                // The person meets the second server.
                world.approver = { second.approve(it) }
                caller.call() shouldBe 200
                person.urls.last().endpoint shouldBe "https://as2.example/authorize"
                second.registrations shouldHaveSize 1
                second.tokenRequests.single()["client_id"] shouldBe "client-1@https://as2.example"
            }
        }
    }

    context("a refresh that fails") {
        test("for want of the network fails the call, and loses nothing (AUTH-86)") {
            runTest {
                val world = signedIn()
                val token = world.http.pages.getValue("$ISSUER/token")
                world.oauth.expireTokens()
                world.http.pages["$ISSUER/token"] =
                    { throw UnreachableException("refused", FailureDetails(Phase.AUTHORIZE, it.url, "wait"), null) }
                shouldThrow<UnreachableException> { world.call() }
                world.http.pages["$ISSUER/token"] = token
                world.call() shouldBe 200
                world.person.urls shouldHaveSize 1
            }
        }
        test("for want of a server fails the call as retryable (AUTH-86)") {
            runTest {
                val world = signedIn()
                world.oauth.expireTokens()
                world.http.page("$ISSUER/token", """{"error":"server_error"}""", status = 503)
                val failure = shouldThrow<AuthorizationFailedException> { world.call() }
                listOf(failure.step, failure.isRetryable, failure.status) shouldBe listOf(AuthorizationStep.REFRESH, true, 503)
                world.person.urls shouldHaveSize 1
            }
        }
        test("ahead of the end does not matter yet, and is not tried at every call") {
            runTest {
                val world = signedIn()
                world.clock.now += 3550.seconds
                world.http.page("$ISSUER/token", "", status = 503)
                repeat(3) { world.call() shouldBe 200 }
                world.http.urls.count { it == "$ISSUER/token" } shouldBe 2
            }
        }
        test("because the client is unknown forgets the client (AUTH-86)") {
            runTest {
                val world = signedIn()
                val token = world.http.pages.getValue("$ISSUER/token")
                world.oauth.expireTokens()
                world.http.pages["$ISSUER/token"] = { request ->
                    if ("refresh_token=" in
                        request.body.orEmpty()
                    ) {
                        Response(401, JSON, """{"error":"invalid_client"}""")
                    } else {
                        token(request)
                    }
                }
                world.call() shouldBe 200
                world.oauth.registrations shouldHaveSize 2
            }
        }
    }

    context("many calls at once") {
        test("share one refresh (AUTH-89, TRAP-34)") {
            runTest {
                val world = signedIn()
                world.oauth.tokenDelayMillis = 100
                world.oauth.expireTokens()
                coroutineScope { List(10) { async { world.call() } }.awaitAll() } shouldBe List(10) { 200 }
                world.refreshes() shouldHaveSize 1
                currentTime shouldBe 100
            }
        }
        test("share one refresh ahead of the end, too") {
            runTest {
                val world = signedIn()
                world.oauth.tokenDelayMillis = 100
                world.clock.now += 3600.seconds
                coroutineScope { List(10) { async { world.call() } }.awaitAll() } shouldBe List(10) { 200 }
                world.refreshes() shouldHaveSize 1
            }
        }
        test("two authorizers with one store share it, too") {
            runTest {
                val world = signedIn()
                val other = OAuthAuthorizer(world.options, world.crypto)
                world.oauth.tokenDelayMillis = 100
                world.oauth.expireTokens()
                val accept = { token: String? -> if (world.oauth.tokens.containsKey(token)) null else 401 to null }
                coroutineScope {
                    val calls = List(4) { async { world.call() } }
                    val others = List(4) { async { FakeCaller(other, world.http) { token, _ -> accept(token) }.call() } }
                    (calls + others).awaitAll()
                } shouldBe List(8) { 200 }
                world.refreshes() shouldHaveSize 1
                world.person.urls shouldHaveSize 1
            }
        }
    }

    test("a refresh whose caller is cancelled runs to its end and is kept") {
        runTest {
            val world = signedIn()
            world.oauth.tokenDelayMillis = 100
            world.oauth.expireTokens()
            val call = launch { world.call() }
            runCurrent()
            world.refreshes() shouldHaveSize 1
            call.cancel()
            world.call() shouldBe 200
            world.refreshes() shouldHaveSize 1
            world.person.urls shouldHaveSize 1
        }
    }

    context("a new process with the same store") {
        test("uses the token without asking anybody") {
            runTest {
                val world = signedIn()
                val caller = FakeCaller(OAuthAuthorizer(world.options, FakeCrypto()), world.http) { token, _ ->
                    if (token ==
                        null
                    ) {
                        401 to null
                    } else {
                        null
                    }
                }
                caller.call() shouldBe 200
                caller.sent shouldHaveSize 1
            }
        }
        test("finds the server again to refresh") {
            runTest {
                val world = signedIn()
                world.clock.now += 3600.seconds
                val before = world.http.requests.size
                FakeCaller(OAuthAuthorizer(world.options, FakeCrypto()), world.http) { _, _ -> null }.call() shouldBe 200
                world.http.urls.drop(before) shouldBe listOf("$ISSUER/.well-known/oauth-authorization-server", "$ISSUER/token")
            }
        }
        test("with another client of its own does not use it (AUTH-80)") {
            runTest {
                val world = signedIn()
                val options = OAuthOptions.builder(world.person).client("another").tokenStore(world.store).clock(world.clock).build()
                val caller = FakeCaller(OAuthAuthorizer(options, FakeCrypto()), world.http) { _, _ -> null }
                caller.call()
                caller.sent.single().shouldBeNull()
            }
        }
    }

    test("a request that nobody waits for renews nothing") {
        runTest {
            val world = signedIn()
            world.clock.now += 3600.seconds
            val request = ProtectedRequest("DELETE", RESOURCE, RESOURCE, null, world.http, {}, isBestEffort = true)
            world.authorizer.credentials(request)?.headers?.get("Authorization") shouldBe "Bearer token-2"
            world.refreshes() shouldHaveSize 0
        }
    }

    test("a step-up that ends while the old token is refreshed wins") {
        runTest {
            val memory = MemoryTokenStore()
            var answersAfterMillis = 0L
            val slow =
                object : TokenStore by memory {
                    override suspend fun updateGrant(key: GrantKey, change: suspend (Grant?) -> Grant?): Grant? {
                        val millis = answersAfterMillis
                        return memory.updateGrant(key, change).also { delay(millis) }
                    }
                }
            val world = signedIn { tokenStore(slow) }
            world.needed = { if (it == "x") listOf("more") else emptyList() }
            world.approver = {
                clock.now += 3600.seconds
                answersAfterMillis = 500 // for the refresh of the other call, which begins now
                delay(50)
                answersAfterMillis = 0
                oauth.approve(it)
            }
            coroutineScope {
                val step = async { world.call("x") }
                delay(10)
                val other = async { world.call() }
                listOf(step.await(), other.await()) shouldBe listOf(200, 200)
            }
            world.refreshes() shouldHaveSize 1
            world.call("x") shouldBe 200
            world.person.urls shouldHaveSize 2
        }
    }

    test("a token without an end is used until it is refused") {
        runTest {
            val world = World()
            world.oauth.serveResourceMetadata()
            world.oauth.tokenExtras = ""
            world.call()
            world.clock.now = Instant.DISTANT_FUTURE
            world.call() shouldBe 200
            world.refreshes() shouldHaveSize 0
            world.caller.sent.last() shouldNotBe null
        }
    }
})
