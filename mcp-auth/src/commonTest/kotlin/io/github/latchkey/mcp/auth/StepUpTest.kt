package io.github.latchkey.mcp.auth

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest

@OptIn(ExperimentalCoroutinesApi::class)
class StepUpTest : FunSpec({
    fun world(answer: suspend World.(AuthorizationUrl) -> String = { oauth.approve(it) }) =
        World(answer = answer).apply {
            challenge = """Bearer scope="mcp:basic""""
            oauth.serveResourceMetadata(more = ""","scopes_supported":["mcp:profile"]""")
            needed = { if (it == "tools/call test-tool") listOf("mcp:basic", "mcp:write") else listOf("mcp:basic") }
        }

    test("insufficient_scope asks for what is missing and all that was there before (AUTH-71, AUTH-72, TRAP-27)") {
        runTest {
            val world = world()
            world.call() shouldBe 200
            world.call("tools/call test-tool") shouldBe 200
            List(2) { world.person.parameters(it)["scope"] } shouldBe listOf("mcp:basic", "mcp:basic mcp:write")
        }
    }

    test("a scope that is granted already and asked for again ends it at once (AUTH-74)") {
        runTest {
            val world = world()
            val caller =
                FakeCaller(world.authorizer, world.http) { token, _ ->
                    if (token ==
                        null
                    ) {
                        401 to """Bearer scope="mcp:admin""""
                    } else {
                        403 to """Bearer error="insufficient_scope", scope="mcp:admin""""
                    }
                }
            caller.call() shouldBe 403
            world.person.urls shouldHaveSize 1
            caller.sent shouldHaveSize 2
        }
    }

    test("an authorization server that never grants it is asked three times in all for one operation (AUTH-73, TRAP-28)") {
        runTest {
            val world = world()
            world.oauth.granted = { listOf("mcp:basic") }
            repeat(5) { world.call("tools/call test-tool") shouldBe 403 }
            world.person.urls shouldHaveSize 3
        }
    }

    test("another operation has attempts of its own (AUTH-73)") {
        runTest {
            val world = world()
            world.oauth.granted = { listOf("mcp:basic") }
            world.needed = { if (it == "tools/list") emptyList() else listOf("mcp:write") }
            repeat(3) { world.call("tools/call a") shouldBe 403 }
            repeat(3) { world.call("tools/call b") shouldBe 403 }
            world.person.urls shouldHaveSize 5
        }
    }

    test("a challenge without scopes asks for what the resource lists, once") {
        runTest {
            val world = world()
            val caller =
                FakeCaller(world.authorizer, world.http) { token, _ ->
                    if (token == null) 401 to """Bearer scope="mcp:basic"""" else 403 to """Bearer error="insufficient_scope""""
                }
            caller.call() shouldBe 403
            List(2) { world.person.parameters(it)["scope"] } shouldBe listOf("mcp:basic", "mcp:basic mcp:profile")
            world.person.urls shouldHaveSize 2
        }
    }

    test("a refresh keeps the scopes of a step-up") {
        runTest {
            val world = world()
            world.call("tools/call test-tool")
            world.oauth.expireTokens()
            world.call("tools/call test-tool") shouldBe 200
            world.person.urls shouldHaveSize 2
        }
    }

    test("ten calls at once ask once") {
        runTest {
            val world =
                world {
                    delay(1_000)
                    oauth.approve(it)
                }
            world.call()
            coroutineScope { List(10) { async { world.call("tools/call test-tool") } }.awaitAll() } shouldBe List(10) { 200 }
            world.person.urls shouldHaveSize 2
        }
    }

    test("other calls go on with the old token while the person is asked") {
        runTest {
            val world =
                world {
                    delay(60_000)
                    oauth.approve(it)
                }
            world.call()
            coroutineScope {
                val step = async { world.call("tools/call test-tool") }
                delay(1_000)
                val before = testScheduler.currentTime
                world.call() shouldBe 200
                testScheduler.currentTime shouldBe before
                step.await() shouldBe 200
            }
        }
    }

    test("a person who says no fails the call, and not for ever") {
        runTest {
            var answers = 0
            val world = world { if (++answers == 2) "error=access_denied&state=${stateOf(it)}" else oauth.approve(it) }
            world.call()
            shouldThrow<AuthorizationFailedException> { world.call("tools/call test-tool") }.error shouldBe "access_denied"
            world.call("tools/call test-tool") shouldBe 200
        }
    }

    test("nobody to ask: the 403 stands") {
        runTest {
            val world = world()
            world.call()
            val options = OAuthOptions.builder(NonInteractivePrompt).tokenStore(world.store).clock(world.clock).build()
            val caller = FakeCaller(OAuthAuthorizer(options, FakeCrypto()), world.http) { _, _ ->
                403 to
                    """Bearer error="insufficient_scope", scope="x""""
            }
            caller.call() shouldBe 403
        }
    }

    context("an application that wants to be asked before") {
        fun asking(asked: MutableList<StepUp> = mutableListOf(), answer: suspend (StepUp) -> Boolean) =
            World({
                onStepUp {
                    asked += it
                    answer(it)
                }
            }).apply {
                oauth.serveResourceMetadata()
                needed = { if (it == "tools/call x") listOf("b") else emptyList() }
                challenge = """Bearer scope="a""""
            }

        test("hears what would be asked for, and nothing of the first sign-in") {
            runTest {
                val asked = mutableListOf<StepUp>()
                val world = asking(asked) { true }
                world.call() shouldBe 200
                asked.shouldBeEmpty()
                world.call("tools/call x") shouldBe 200
                asked.single().run { listOf(server, operation, scopes) } shouldBe listOf(RESOURCE, "tools/call x", listOf("b"))
                world.person.urls shouldHaveSize 2
            }
        }
        test("and says no leaves the 403, and the person alone") {
            runTest {
                val world = asking { false }
                world.call("tools/call x") shouldBe 403
                world.person.urls shouldHaveSize 1
            }
        }
        test("is asked once by ten calls at once") {
            runTest {
                val asked = mutableListOf<StepUp>()
                val world = asking(asked) {
                    delay(100)
                    false
                }
                world.call()
                coroutineScope { List(10) { async { world.call("tools/call x") } }.awaitAll() } shouldBe List(10) { 403 }
                asked shouldHaveSize 1
            }
        }
        test("and does not answer in time has not approved") {
            runTest {
                val world = asking { awaitCancellation() }
                world.call("tools/call x") shouldBe 403
                currentTime shouldBe 300_000
            }
        }
        test("and breaks is a failure of the authorization, with the cause") {
            runTest {
                val world = asking { error("no window") }
                shouldThrow<AuthorizationFailedException> { world.call("tools/call x") }.cause?.message shouldBe "no window"
            }
        }
    }
})
