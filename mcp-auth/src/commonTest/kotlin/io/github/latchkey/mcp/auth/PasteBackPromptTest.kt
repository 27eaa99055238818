package io.github.latchkey.mcp.auth

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest

@OptIn(ExperimentalCoroutinesApi::class)
class PasteBackPromptTest : FunSpec({
    /** A person at a remote shell who pastes what [answer] makes of the right address. */
    class Shell(val answer: (question: PasteBackQuestion, right: String) -> String?) {
        val world = World()
        val questions = mutableListOf<PasteBackQuestion>()
        val prompt = PasteBackPrompt({
            questions += it
            answer(it, right(it.url))
        })
        private val redirects = HashMap<String, String>()
        val authorizer = OAuthAuthorizer(OAuthOptions.builder(prompt).tokenStore(world.store).clock(world.clock).build(), FakeCrypto())
        val caller = FakeCaller(authorizer, world.http) { token, _ -> if (token in world.oauth.tokens) null else 401 to null }

        init {
            world.oauth.serveResourceMetadata()
        }

        private fun right(url: AuthorizationUrl) = redirects.getOrPut(url.value) { world.oauth.approve(url) }
    }

    context("what leads on") {
        withData<Pair<String, (String) -> String>>(
            nameFn = { it.first },
            "the whole address" to { it },
            "with white space around it" to { "  $it\r\n" },
            "broken into lines by the terminal" to { it.chunked(20).joinToString("\n") },
            "in brackets" to { "<$it>" },
            "in quotes" to { "\"$it\"" },
            "with a fragment that some servers add" to { "$it#_=_" },
            "the query alone" to { it.substringAfter('?') },
            "the query with its question mark" to { "?" + it.substringAfter('?') },
            "the code alone" to { it.substringAfter("code=").substringBefore('&') },
        ) { (_, change) ->
            runTest {
                val shell = Shell { _, right -> change(right) }
                shell.caller.call() shouldBe 200
                shell.questions shouldHaveSize 1
                shell.questions.single().problem.shouldBeNull()
                shell.world.oauth.tokenRequests.single()["redirect_uri"] shouldBe shell.questions.single().url.redirectUri
            }
        }
    }

    context("what does not is said, and asked for again") {
        withData<Triple<String, String, (PasteBackQuestion, String) -> String>>(
            nameFn = { it.first },
            Triple("nothing", "Nothing was pasted") { _, _ -> " " },
            Triple("the address to open", "That is the address to open") { question, _ -> question.url.value },
            Triple("another address", "does not begin with http://127.0.0.1:53682/callback") { _, _ ->
                "https://evil.example/callback?code=c0de-c0de"
            },
            Triple("another port", "does not begin with") { _, right -> right.replace(":53682", ":1") },
            Triple("an address without a code", "has no code in it") { question, _ -> question.url.redirectUri },
            Triple("one that was cut off", "is of another sign-in") { _, right -> right.dropLast(3) },
            Triple("one of another sign-in", "is of another sign-in") { _, right -> right.replace(Regex("state=[^&]*"), "state=other") },
            Triple("a word", "has no code in it") { _, _ -> "done" },
            Triple("letters of no address", "no address") { _, _ -> "öö=öö" },
        ) { (_, problem, wrong) ->
            runTest {
                val shell = Shell { question, right -> if (question.problem == null) wrong(question, right) else right }
                shell.caller.call() shouldBe 200
                shell.questions shouldHaveSize 2
                shell.questions.last().problem shouldContain problem
                shell.questions.last().problem shouldNotContain "c0de"
            }
        }
    }

    test("three times at most") {
        runTest {
            val shell = Shell { _, _ -> "s3cr3t=1" }
            val failure = shouldThrow<AuthorizationFailedException> { shell.caller.call() }
            shell.questions shouldHaveSize 3
            listOf(failure.step, failure.url) shouldBe listOf(AuthorizationStep.AUTHORIZATION, "$ISSUER/authorize")
            failure.stackTraceToString() shouldNotContain "s3cr3t"
        }
    }

    test("the end of the input ends the sign-in") {
        runTest {
            val shell = Shell { _, _ -> null }
            shouldThrow<AuthorizationFailedException> { shell.caller.call() }.message shouldBe "nothing was pasted"
        }
    }

    test("a person who said no is told so by the server's word") {
        runTest {
            val shell = Shell { question, _ -> "error=access_denied&state=${stateOf(question.url)}" }
            shouldThrow<AuthorizationFailedException> { shell.caller.call() }.error shouldBe "access_denied"
        }
    }

    test("a code alone is not taken where the server promises an iss: nobody knows who gave it (AUTH-57)") {
        runTest {
            val shell = Shell { _, right -> right.substringAfter("code=").substringBefore('&') }
            shell.world.oauth.set("authorization_response_iss_parameter_supported", "true")
            shouldThrow<AuthorizationFailedException> { shell.caller.call() }.step shouldBe AuthorizationStep.AUTHORIZATION
            shell.world.oauth.tokenRequests.shouldBeEmpty()
        }
    }

    test("an iss of somebody else is refused as ever") {
        runTest {
            val shell = Shell { _, right -> "$right&iss=https://evil.example" }
            shouldThrow<AuthorizationFailedException> { shell.caller.call() }.step shouldBe AuthorizationStep.AUTHORIZATION
            shell.world.oauth.tokenRequests.shouldBeEmpty()
        }
    }

    test("a redirect URI that is registered is used again, whatever its port") {
        runTest {
            val shell = Shell { _, right -> right }
            val uri = "http://127.0.0.1:40001/callback"
            shell.world.store.saveRegistration(ClientRegistration(ISSUER, "known", null, null, null, listOf(uri)))
            shell.caller.call() shouldBe 200
            shell.questions.single().url.redirectUri shouldBe uri
            shell.world.oauth.registrations.shouldBeEmpty()
        }
    }

    test("is cancelled with its caller") {
        runTest {
            var isAsking = false
            val world = World()
            world.oauth.serveResourceMetadata()
            val prompt = PasteBackPrompt({
                isAsking = true
                try {
                    awaitCancellation()
                } finally {
                    isAsking = false
                }
            })
            val authorizer = OAuthAuthorizer(OAuthOptions.builder(prompt).build(), FakeCrypto())
            val call = launch { FakeCaller(authorizer, world.http) { _, _ -> 401 to null }.call() }
            runCurrent()
            isAsking shouldBe true
            call.cancelAndJoin()
            isAsking shouldBe false
        }
    }

    test("a redirect URI must be https, or on this machine") {
        shouldThrow<IllegalArgumentException> { PasteBackPrompt({ null }, "http://example.com/callback") }
    }
})
