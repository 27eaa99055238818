package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.AuthorizationEvent
import io.github.latchkey.mcp.WarningEvent
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.test.runTest
import kotlin.time.Duration.Companion.seconds

/** What the authorizer makes of what the store holds, and of a store that fails. */
class StoredGrantTest : FunSpec({
    val key = GrantKey(ISSUER, "client-1@$ISSUER", RESOURCE)

    /** A store that can be made to fail where a disk would. */
    class FailingStore(private val memory: MemoryTokenStore = MemoryTokenStore()) : TokenStore by memory {
        var failsReading = false
        var failsStoring = false

        override suspend fun findGrantKey(endpoint: String, user: String?): GrantKey? =
            if (failsReading) {
                throw TokenStoreException(
                    "damaged",
                    TokenStoreProblem.CORRUPTED,
                    "-",
                )
            } else {
                memory.findGrantKey(endpoint, user)
            }

        override suspend fun updateGrant(key: GrantKey, change: suspend (Grant?) -> Grant?): Grant? =
            memory.updateGrant(key) { present ->
                val changed = change(present)
                if (failsStoring && changed !== present) throw TokenStoreException("no room", TokenStoreProblem.IO, "-") else changed
            }
    }

    suspend fun signedIn(store: TokenStore = MemoryTokenStore()): World =
        World({ tokenStore(store) }).apply {
            oauth.serveResourceMetadata()
            call() shouldBe 200
        }

    /** Another process with the same store, as the server sees it. */
    fun World.another(resource: String = RESOURCE) =
        FakeCaller(OAuthAuthorizer(options, FakeCrypto()), http, resource) { token, _ -> if (token in oauth.tokens) null else 401 to null }

    fun World.refreshes() = oauth.tokenRequests.filter { it["grant_type"] == "refresh_token" }

    context("a refreshed token that cannot be stored") {
        test("is used all the same, since the one before is spent, and an event says so") {
            runTest {
                val store = FailingStore()
                val world = signedIn(store)
                store.failsStoring = true
                world.oauth.expireTokens()
                repeat(2) { world.call() shouldBe 200 }
                world.refreshes() shouldHaveSize 1
                world.caller.events.filterIsInstance<WarningEvent>().first().message shouldBe
                    "a refreshed token is kept in memory alone: no room"
            }
        }
        test("is stored with the next one") {
            runTest {
                val store = FailingStore()
                val world = signedIn(store)
                store.failsStoring = true
                repeat(2) {
                    world.oauth.expireTokens()
                    world.call() shouldBe 200
                }
                store.failsStoring = false
                world.oauth.expireTokens()
                world.call() shouldBe 200
                world.person.urls shouldHaveSize 1
                store.findGrant(key)?.accessToken?.value shouldBe world.oauth.tokens.keys.single()
            }
        }
        test("is no reason to keep a sign-in quiet that cannot be stored") {
            runTest {
                val store = FailingStore().apply { failsStoring = true }
                val world = World({ tokenStore(store) })
                world.oauth.serveResourceMetadata()
                shouldThrow<TokenStoreException> { world.call() }
                world.person.reports shouldBe listOf("no room")
            }
        }
    }

    test("a store that cannot be read fails the call before anybody is asked") {
        runTest {
            val store = FailingStore().apply { failsReading = true }
            val world = World({ tokenStore(store) })
            world.oauth.serveResourceMetadata()
            shouldThrow<TokenStoreException> { world.call() }.problem shouldBe TokenStoreProblem.CORRUPTED
            world.http.requests.shouldBeEmpty()
        }
    }

    test("a newer grant in the store is adopted, and not refreshed again (AUTH-89)") {
        runTest {
            val world = signedIn()
            val other = world.another()
            other.call() shouldBe 200
            world.oauth.expireTokens()
            world.call() shouldBe 200
            other.call() shouldBe 200
            world.refreshes() shouldHaveSize 1
        }
    }

    test("a grant that somebody has removed is not refreshed") {
        runTest {
            val world = signedIn()
            world.clock.now += 3550.seconds
            SignIns(world.options.tokenStore).remove(RESOURCE)?.key shouldBe key
            world.call() shouldBe 200
            world.refreshes().shouldBeEmpty()
            world.options.tokenStore.findGrant(key).shouldBeNull()
        }
    }

    test("an expired grant for the same resource is refreshed instead of asking the person") {
        runTest {
            val world = signedIn()
            val below = "$RESOURCE/below"
            world.http.page("https://mcp.example/.well-known/oauth-protected-resource/mcp/below", "", status = 404)
            world.oauth.serveResourceMetadata("https://mcp.example/prm")
            val options = OAuthOptions.builder(world.person).tokenStore(world.options.tokenStore).clock(world.clock).build()
            world.clock.now += 4000.seconds
            world.oauth.expireTokens()
            val caller =
                FakeCaller(OAuthAuthorizer(options, FakeCrypto()), world.http, below) { token, _ ->
                    if (token in world.oauth.tokens) null else 401 to """Bearer resource_metadata="https://mcp.example/prm""""
                }
            caller.call() shouldBe 200
            world.refreshes() shouldHaveSize 1
            world.person.urls shouldHaveSize 1
        }
    }

    test("an event says that a token came from the store") {
        runTest {
            val world = signedIn()
            val other = world.another()
            other.call() shouldBe 200
            val step = other.events.filterIsInstance<AuthorizationEvent>().single()
            step.run { listOf(this.step, url, outcome) } shouldBe listOf("token", ISSUER, "found in the store")
        }
    }
})
