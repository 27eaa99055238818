package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.AuthorizationEvent
import io.github.latchkey.mcp.test.AuthorizationServer
import io.github.latchkey.mcp.test.AuthorizationServerBuilder
import io.github.latchkey.mcp.test.Consent
import io.github.latchkey.mcp.test.IssParameter
import io.github.latchkey.mcp.test.LeakCheck
import io.github.latchkey.mcp.test.ProtectedMcpServer
import io.github.latchkey.mcp.test.Protection
import io.github.latchkey.mcp.test.RegisteredClient
import io.github.latchkey.mcp.test.SampleTools
import io.github.latchkey.mcp.test.ScriptedAnswer
import io.github.latchkey.mcp.test.ScriptedMcpServer
import io.github.latchkey.mcp.test.ServerMetadataLocation
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.future.await
import kotlin.time.TimeSource

/** The whole flow with real servers, a real loopback receiver and a browser without a window. */
class SignInOverSocketsTest : FunSpec({
    suspend fun <T> withServer(
        configure: AuthorizationServerBuilder.() -> Unit = {},
        protect: Protection.Builder.() -> Unit = {},
        block: suspend (ProtectedMcpServer) -> T,
    ): T {
        val server = SampleTools.addTo(ScriptedMcpServer.builder()).build()
        return ProtectedMcpServer
            .open(server, AuthorizationServer(configure)) {
                SampleTools.protect(this)
                protect()
            }.use { protected -> block(protected).also { protected.server.violations.shouldBeEmpty() } }
    }

    fun prompt(configure: LoopbackPrompt.Builder.() -> Unit = {}) = LoopbackPrompt.builder().browser(FakeBrowser).apply(configure).build()

    fun authorizer(prompt: AuthorizationPrompt = prompt(), configure: OAuthOptions.Builder.() -> Unit = {}) =
        OAuthAuthorizer(OAuthOptions.builder(prompt).apply(configure).build())

    fun AuthorizationServer.authorizations() = requests(AuthorizationServer.Endpoint.AUTHORIZATION).size

    context("a 401 becomes a call that works, without a rule broken") {
        class Case(
            val name: String,
            val server: AuthorizationServerBuilder.() -> Unit = {},
            val protect: Protection.Builder.() -> Unit = {},
            val client: OAuthOptions.Builder.() -> Unit = {},
        )
        withData(
            nameFn = { it.name },
            Case("a public client that registers"),
            Case("client_secret_basic alone", { authMethods("client_secret_basic") }),
            Case("client_secret_post alone", { authMethods("client_secret_post") }),
            Case("a confidential client that is given", {
                registration(false)
                client(RegisteredClient("me:2", listOf("http://127.0.0.1/callback"), "p&ss w:rd"))
            }, {}, { client("me:2", "p&ss w:rd") }),
            Case("OpenID metadata", { metadataLocations(ServerMetadataLocation.OPENID_INSERTED) }),
            Case("a tenant's issuer", { issuerPath("/tenant1") }),
            Case("a tenant's issuer with OpenID metadata appended", {
                issuerPath("/tenant1")
                metadataLocations(ServerMetadataLocation.OPENID_APPENDED)
            }),
            Case("a challenge without a hint", {}, { namesMetadata(false) }),
            Case("no iss, none promised", { issParameter(IssParameter.ABSENT, false) }),
            Case("a server that wants the very port", { anyLoopbackPort(false) }),
        ) { case ->
            withServer(case.server, case.protect) { protected ->
                val caller = SocketCaller(authorizer(configure = case.client), protected.url)
                caller.call() shouldBe 200
                caller.call() shouldBe 200
                protected.authorizationServer.authorizations() shouldBe 1
                protected.authorizationServer.violations.shouldBeEmpty()
            }
        }
    }

    test("the browser ends at a page that says so") {
        withServer { protected ->
            SocketCaller(authorizer(), protected.url).call() shouldBe 200
            FakeBrowser.page.await() shouldContain "You are signed in"
        }
    }

    test("the requests, one after the other, and not one more") {
        withServer { protected ->
            SocketCaller(authorizer(), protected.url).call()
            protected.requestLines shouldContainExactly
                listOf(
                    "POST /mcp",
                    "GET /.well-known/oauth-protected-resource/mcp",
                    "GET /.well-known/oauth-authorization-server",
                    "POST /register",
                    "GET /authorize",
                    "POST /token",
                    "POST /mcp",
                )
        }
    }

    test("a second sign-in needs no second registration, since its port is taken again") {
        withServer({
            anyLoopbackPort(false)
            refreshTokens(false)
        }) { protected ->
            val caller = SocketCaller(authorizer(), protected.url)
            caller.call() shouldBe 200
            protected.authorizationServer.expireAccessTokens()
            caller.call() shouldBe 200
            protected.authorizationServer.clientIds shouldHaveSize 1
            protected.authorizationServer.violations.shouldBeEmpty()
        }
    }

    test("an expired token is refreshed, and a rotated one used once by ten calls at once") {
        withServer { protected ->
            val caller = SocketCaller(authorizer(), protected.url)
            caller.call()
            protected.authorizationServer.expireAccessTokens()
            coroutineScope { List(10) { async { caller.call() } }.awaitAll() } shouldBe List(10) { 200 }
            protected.authorizationServer.authorizations() shouldBe 1
            protected.authorizationServer.requests(AuthorizationServer.Endpoint.TOKEN) shouldHaveSize 2
            protected.authorizationServer.violations.shouldBeEmpty()
        }
    }

    test("a tool that needs more steps up, and keeps what there was") {
        withServer { protected ->
            val caller = SocketCaller(authorizer(), protected.url)
            caller.call() shouldBe 200
            caller.call("erase", "{}") shouldBe 200
            caller.call() shouldBe 200
            protected.authorizationServer.authorizations() shouldBe 2
        }
    }

    context("a redirect that must not be trusted leads to no token request (AUTH-57)") {
        withData(
            IssParameter.WRONG to true,
            IssParameter.WRONG to false,
            IssParameter.WITH_SLASH to true,
            IssParameter.ABSENT to true,
        ) { (iss, promised) ->
            withServer({ issParameter(iss, promised) }) { protected ->
                shouldThrow<AuthorizationFailedException> { SocketCaller(authorizer(), protected.url).call() }.step shouldBe
                    AuthorizationStep.AUTHORIZATION
                protected.authorizationServer.requests(AuthorizationServer.Endpoint.TOKEN).shouldBeEmpty()
                FakeBrowser.page.await() shouldContain "did not succeed"
            }
        }
    }

    test("a person who says no is a failure with the server's word, in no time") {
        withServer({ consent(Consent.DENY) }) { protected ->
            val start = TimeSource.Monotonic.markNow()
            val failure = shouldThrow<AuthorizationFailedException> { SocketCaller(authorizer(), protected.url).call() }
            failure.error shouldBe "access_denied"
            start.elapsedNow().inWholeMilliseconds shouldBeLessThan 5_000
        }
    }

    context("metadata that are none fail with the step and the URL") {
        withData(
            nameFn = { it.first },
            "HTML" to ScriptedAnswer.html(),
            "truncated" to ScriptedAnswer.json(200, """{"issuer":"http"""),
            "an array" to ScriptedAnswer.json(200, "[]"),
            "500" to ScriptedAnswer.of(500),
        ) { (_, answer) ->
            withServer { protected ->
                protected.authorizationServer.answerAlways(AuthorizationServer.Endpoint.METADATA, answer)
                val failure = shouldThrow<AuthorizationFailedException> { SocketCaller(authorizer(), protected.url).call() }
                listOf(failure.step, failure.url) shouldBe
                    listOf(AuthorizationStep.SERVER_METADATA, protected.issuer + "/.well-known/oauth-authorization-server")
                protected.authorizationServer.authorizations() shouldBe 0
            }
        }
    }

    test("nothing is left, however it ends") {
        withServer { protected ->
            SocketCaller(authorizer(), protected.url).call()
            val leaks = LeakCheck.snapshot()
            SocketCaller(authorizer(), protected.url).call() shouldBe 200
            protected.authorizationServer.consent = Consent.DENY
            shouldThrow<AuthorizationFailedException> { SocketCaller(authorizer(), protected.url).call() }
            leaks.findLeft().filter { "thread" in it || "state 0A" in it }.shouldBeEmpty()
        }
    }

    test("no event holds the token, the code or the state") {
        withServer { protected ->
            val caller = SocketCaller(authorizer(), protected.url)
            caller.call()
            val form = protected.authorizationServer.requests(AuthorizationServer.Endpoint.TOKEN).single().form
            val shown = caller.events.filterIsInstance<AuthorizationEvent>().joinToString("\n")
            listOf("code", "code_verifier").mapNotNull { form[it] }.filter { it in shown }.shouldBeEmpty()
        }
    }
})
