package io.github.latchkey.mcp.auth

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest

/** Several people behind one program: nobody ever acts with the token of another. */
@OptIn(ExperimentalCoroutinesApi::class)
class IdentityTest : FunSpec({
    fun world() = World().apply { oauth.serveResourceMetadata() }

    test("each user has a token of their own, and the one without a name, too") {
        runTest {
            val world = world()
            val users = listOf("ann", "bob", null)
            repeat(2) { users.forEach { world.call(identity = it) shouldBe 200 } }
            world.person.urls shouldHaveSize 3
            val tokens = users.associateWith { SignIns(world.store).find(RESOURCE, it).shouldNotBeNull().key }
            tokens.map { (user, key) -> key.user to user }.forEach { (found, user) -> found shouldBe user }
            // The first round without a token and with a new one, the second with the same again.
            val sent = world.caller.sent
            sent.filterNotNull().toSet() shouldHaveSize 3
            sent.takeLast(3) shouldContainExactly listOf(sent[1], sent[3], sent[5])
        }
    }

    test("one user is refreshed, and signed out, without the others") {
        runTest {
            val world = world()
            world.call(identity = "ann") shouldBe 200
            world.call(identity = "bob") shouldBe 200
            val ofAnn = world.store.findGrant(SignIns(world.store).find(RESOURCE, "ann").shouldNotBeNull().key)?.accessToken?.value
            world.oauth.tokens.remove(ofAnn)
            world.call(identity = "ann") shouldBe 200
            world.call(identity = "bob") shouldBe 200
            world.oauth.tokenRequests.map { it["grant_type"] } shouldBe listOf("authorization_code", "authorization_code", "refresh_token")
            SignIns(world.store).remove(RESOURCE, "ann")
            SignIns(world.store).find(RESOURCE, "ann").shouldBeNull()
            SignIns(world.store).find(RESOURCE, "bob").shouldNotBeNull()
        }
    }

    test("two users sign in at the same time: neither waits for the other, and both are the same client") {
        runTest {
            val world =
                World(answer = {
                    delay(1_000)
                    oauth.approve(it)
                }).apply { oauth.serveResourceMetadata() }
            val register = world.http.pages.getValue("$ISSUER/register")
            world.http.pages["$ISSUER/register"] = { register(it).also { delay(500) } }
            val before = currentTime
            coroutineScope { listOf("ann", "bob", "ann").map { async { world.call(identity = it) } }.awaitAll() } shouldBe List(3) { 200 }
            world.person.urls shouldHaveSize 2
            currentTime - before shouldBe 1_500
            world.oauth.registrations shouldHaveSize 1
        }
    }

    test("what the store holds for one user is not found for another") {
        runTest {
            val world = world()
            world.call(identity = "ann") shouldBe 200
            val restarted = FakeCaller(OAuthAuthorizer(world.options, FakeCrypto()), world.http) { token, _ ->
                if (token in world.oauth.tokens) null else 401 to "Bearer"
            }
            restarted.call(identity = "ann") shouldBe 200
            world.person.urls shouldHaveSize 1
            restarted.call(identity = "bob") shouldBe 200
            world.person.urls shouldHaveSize 2
        }
    }
})
