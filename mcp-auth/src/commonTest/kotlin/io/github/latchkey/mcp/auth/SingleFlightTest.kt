package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.transport.HttpFetcher.Response
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest

@OptIn(ExperimentalCoroutinesApi::class)
class SingleFlightTest : FunSpec({
    fun world(millis: Long = 1_000, answer: suspend World.(AuthorizationUrl) -> String = { oauth.approve(it) }) =
        World(answer = {
            delay(millis)
            answer(it)
        }).apply { oauth.serveResourceMetadata() }

    test("ten 401s are one sign-in (AUTH-89)") {
        runTest {
            val world = world()
            coroutineScope { List(10) { async { world.call() } }.awaitAll() } shouldBe List(10) { 200 }
            world.person.urls shouldHaveSize 1
            world.oauth.registrations shouldHaveSize 1
            currentTime shouldBe 1_000
        }
    }

    test("ten 401s whose sign-in is refused are one refusal: nobody is asked ten times") {
        runTest {
            val world = world { "error=access_denied&state=${stateOf(it)}" }
            supervisorScope {
                val calls = List(10) { async { world.call() } }
                calls.forEach { shouldThrow<AuthorizationFailedException> { it.await() }.error shouldBe "access_denied" }
            }
            world.person.urls shouldHaveSize 1
            shouldThrow<AuthorizationFailedException> { world.call() }
            world.person.urls shouldHaveSize 2
        }
    }

    test("ten 401s of a server without OAuth are one discovery") {
        runTest {
            val world = World()
            world.http.pages["https://mcp.example/register"] = {
                delay(500)
                Response(404, emptyMap(), "")
            }
            coroutineScope { List(10) { async { world.call() } }.awaitAll() } shouldBe List(10) { 401 }
            world.http.requests shouldHaveSize 4
        }
    }

    test("the first caller is cancelled: the next one signs in, and the rest share it") {
        runTest {
            val world = world()
            val first = launch { world.call() }
            delay(500)
            val others = List(9) { async { world.call() } }
            delay(1)
            first.cancel()
            others.awaitAll() shouldBe List(9) { 200 }
            world.person.urls shouldHaveSize 2
            world.person.open shouldBe 0
            currentTime shouldBe 1_501
        }
    }

    test("all callers are cancelled: the person is left alone at once, and the next call begins anew") {
        runTest {
            val world = world()
            val calls = List(5) { launch { world.call() } }
            delay(500)
            world.person.open shouldBe 1
            calls.forEach { it.cancelAndJoin() }
            world.person.open shouldBe 0
            currentTime shouldBe 500
            world.oauth.tokenRequests shouldHaveSize 0
            world.call() shouldBe 200
        }
    }

    test("a caller who is cancelled while waiting leaves alone") {
        runTest {
            val world = world()
            val first = async { world.call() }
            delay(1)
            val second = launch { world.call() }
            delay(1)
            second.cancel()
            second.join()
            currentTime shouldBe 2
            first.await() shouldBe 200
        }
    }

    test("a caller who is cancelled while the code is redeemed does not lose the token") {
        runTest {
            val world = world(millis = 0)
            world.oauth.tokenDelayMillis = 1_000
            val first = launch { world.call() }
            delay(500)
            first.cancel()
            world.call() shouldBe 200
            world.person.urls shouldHaveSize 1
            world.oauth.tokenRequests shouldHaveSize 1
        }
    }

    test("two servers sign in side by side") {
        runTest {
            val world = world()
            val other = "https://mcp.example/other"
            world.oauth.serveResourceMetadata("https://mcp.example/.well-known/oauth-protected-resource/other", other)
            coroutineScope {
                val caller = FakeCaller(world.authorizer, world.http, other) { token, _ ->
                    if (token in
                        world.oauth.tokens
                    ) {
                        null
                    } else {
                        401 to null
                    }
                }
                listOf(async { world.call() }, async { caller.call() }).awaitAll()
            } shouldBe listOf(200, 200)
            world.person.urls shouldHaveSize 2
            currentTime shouldBe 1_000
        }
    }

    test("a prompt that gives up by cancelling itself fails the sign-in, not the caller") {
        runTest {
            val world = world { throw CancellationException("the window was closed") }
            shouldThrow<AuthorizationFailedException> { world.call() }.cause.shouldBeInstanceOf<CancellationException>()
        }
    }
})
