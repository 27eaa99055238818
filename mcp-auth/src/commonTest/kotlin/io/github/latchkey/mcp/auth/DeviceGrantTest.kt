package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.transport.HttpFetcher.Response
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest

private const val DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
private const val ENDPOINT = "$ISSUER/device_authorization"

/** RFC 8628, in virtual time. */
@OptIn(ExperimentalCoroutinesApi::class)
class DeviceGrantTest : FunSpec({
    class Screen(private val show: suspend (DeviceAuthorization) -> Unit = {}) : DevicePrompt {
        val shown = mutableListOf<DeviceAuthorization>()
        val reports = mutableListOf<String>()
        var isShowing = false

        override suspend fun show(authorization: DeviceAuthorization) {
            shown += authorization
            isShowing = true
            try {
                show.invoke(authorization)
            } finally {
                isShowing = false
            }
        }

        override suspend fun report(failure: McpException?) {
            reports += failure?.message ?: "signed in"
        }
    }

    val issued =
        """{"device_code":"d3vice","user_code":"WDJB-MJHT","verification_uri":"https://as.example/device",""" +
            """"verification_uri_complete":"https://as.example/device?user_code=WDJB-MJHT","expires_in":900}"""

    fun world(screen: Screen = Screen(), answer: String = issued, configure: OAuthOptions.Builder.() -> Unit = {}) =
        World(configure, grant = AuthorizationGrant.device(screen)).apply {
            oauth.serveResourceMetadata()
            oauth.set("device_authorization_endpoint", "\"$ENDPOINT\"")
            http.page(ENDPOINT, answer)
        }

    fun World.pending(times: Int) = repeat(times) { oauth.refuse("authorization_pending") }

    test("asks every five seconds until the person has decided (§3.5)") {
        runTest {
            val screen = Screen()
            val world = world(screen)
            world.pending(2)
            world.call() shouldBe 200
            currentTime shouldBe 15_000
            world.oauth.tokenRequests.forEach {
                it shouldBe
                    mapOf("grant_type" to DEVICE_CODE, "device_code" to "d3vice", "client_id" to "client-1@$ISSUER", "resource" to RESOURCE)
            }
            screen.reports shouldBe listOf("signed in")
        }
    }

    test("the person is told where to go, and what to enter (§3.3)") {
        runTest {
            val screen = Screen()
            world(screen).call()
            val shown = screen.shown.single()
            listOf(shown.verificationUri, shown.userCode, shown.verificationUriComplete) shouldBe
                listOf("https://as.example/device", "WDJB-MJHT", "https://as.example/device?user_code=WDJB-MJHT")
            shown.toString() shouldNotContain "WDJB"
        }
    }

    test("a client is registered for this grant, without a redirect URI") {
        runTest {
            val world = world()
            world.call()
            val registration = world.oauth.registrations.single()
            registration.strings("grant_types") shouldBe listOf(DEVICE_CODE, "refresh_token")
            registration.strings("redirect_uris").shouldBeEmpty()
            registration.strings("response_types").shouldBeEmpty()
        }
    }

    test("the interval is the server's, and slow_down adds five seconds to it for good (§3.2, §3.5)") {
        runTest {
            val world = world(answer = issued.dropLast(1) + ""","interval":2}""")
            world.oauth.refuse("slow_down")
            world.pending(1)
            world.call() shouldBe 200
            currentTime shouldBe 2_000 + 7_000 + 7_000
        }
    }

    test("a server that cannot be reached is asked half as often each time (§3.5)") {
        runTest {
            val world = world()
            world.oauth.tokenAnswers +=
                { throw UnreachableException("refused", FailureDetails(Phase.AUTHORIZE, it.url, "try again"), null) }
            world.oauth.tokenAnswers += { Response(503, emptyMap(), "") }
            world.call() shouldBe 200
            currentTime shouldBe 5_000 + 10_000 + 20_000
        }
    }

    context("a decision against us ends it at once (§3.5)") {
        withData("access_denied", "expired_token", "invalid_grant", "invalid_client") { error ->
            runTest {
                val screen = Screen()
                val world = world(screen)
                world.pending(1)
                world.oauth.refuse(error)
                shouldThrow<AuthorizationFailedException> { world.call() }.error shouldBe error
                currentTime shouldBe 10_000
                screen.reports shouldHaveSize 1
            }
        }
    }

    test("a code that nobody enters ends when it expires") {
        runTest {
            val world = world(answer = issued.replace("900", "12"))
            world.pending(9)
            val failure = shouldThrow<AuthorizationFailedException> { world.call() }
            listOf(failure.error, failure.step) shouldBe listOf("expired_token", AuthorizationStep.AUTHORIZATION)
            currentTime shouldBe 12_000
        }
    }

    test("the application may wait less long") {
        runTest {
            val world = world { promptTimeoutMillis(8_000) }
            world.pending(9)
            shouldThrow<RequestTimeoutException> { world.call() }.deadline shouldBe "sign-in"
            currentTime shouldBe 8_000
        }
    }

    test("cancelled with its caller: nothing is shown any more, and nobody asks") {
        runTest {
            val screen = Screen { awaitCancellation() }
            val world = world(screen)
            world.pending(100)
            val call = launch { world.call() }
            testScheduler.advanceTimeBy(12_000)
            screen.isShowing shouldBe true
            call.cancel()
            call.join()
            screen.isShowing shouldBe false
            world.oauth.tokenRequests shouldHaveSize 2
        }
    }

    test("what is still shown when the person has consented is taken away") {
        runTest {
            val screen = Screen { awaitCancellation() }
            world(screen).call() shouldBe 200
            screen.isShowing shouldBe false
        }
    }

    test("a prompt that fails fails the sign-in") {
        runTest {
            val world = world(Screen { error("no display") })
            shouldThrow<AuthorizationFailedException> { world.call() }.message shouldBe "the prompt failed: no display"
            world.oauth.tokenRequests.shouldBeEmpty()
        }
    }

    test("the grant is kept and refreshed like any other") {
        runTest {
            val world = world()
            world.call()
            world.oauth.expireTokens()
            world.call() shouldBe 200
            world.oauth.tokenRequests.map { it["grant_type"] } shouldBe listOf(DEVICE_CODE, "refresh_token")
            (world.store.findGrantKey(RESOURCE, null) != null) shouldBe true
        }
    }

    test("a server without the endpoint says so") {
        runTest {
            val world = world()
            world.oauth.set("device_authorization_endpoint", null)
            shouldThrow<AuthorizationFailedException> { world.call() }.expected shouldBe "device_authorization_endpoint in its metadata"
        }
    }

    test("a refusal of the endpoint is one of the step") {
        runTest {
            val world = world()
            world.http.page(ENDPOINT, """{"error":"invalid_scope"}""", 400)
            val failure = shouldThrow<AuthorizationFailedException> { world.call() }
            listOf(failure.step, failure.error, failure.url) shouldBe listOf(AuthorizationStep.AUTHORIZATION, "invalid_scope", ENDPOINT)
        }
    }

    context("an answer that must not be shown is refused") {
        withData(
            issued.replace("https://as.example/device\"", "http://as.example/device\""),
            issued.replace("https://as.example/device\"", "javascript:alert(1)\""),
            issued.replace("WDJB-MJHT\",\"ver", "\\u001b[2J\",\"ver"),
            issued.replace("\"expires_in\":900", "\"expires_in\":0"),
            issued.replace("device_code", "code"),
            "<html>",
        ) {
            runTest {
                val screen = Screen()
                shouldThrow<AuthorizationFailedException> { world(screen, answer = it).call() }.step shouldBe
                    AuthorizationStep.AUTHORIZATION
                screen.shown.shouldBeEmpty()
            }
        }
    }
})
