package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.auth.internal.url.formDecode
import io.github.latchkey.mcp.transport.HttpFetcher.Response
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.test.runTest
import kotlin.time.Duration.Companion.seconds
import kotlin.time.Instant

/** Looks for every secret of a sign-in wherever one could be shown (AUTH-83, style of logging). */
class SecretsTest : FunSpec({
    fun World.secrets(): List<String> =
        buildList {
            addAll(listOf("cl13nt&s3 cret", "cl13nt%26s3"))
            addAll(oauth.tokens.keys)
            oauth.tokenRequests.forEach { addAll(listOfNotNull(it["code"], it["code_verifier"], it["refresh_token"])) }
            person.urls.forEach { addAll(listOf(person.parameters(person.urls.indexOf(it)).getValue("state"))) }
        }

    fun everythingShown(failure: Throwable): String =
        generateSequence(failure) { it.cause }.joinToString("\n") {
            val mcp = it as? McpException
            val oauth = it as? AuthorizationFailedException
            val facts = listOf(mcp?.url, mcp?.remedy, mcp?.answer?.bodyStart, mcp?.answer?.headers)
            val words = listOf(oauth?.error, oauth?.errorDescription, oauth?.expected)
            (facts + words + it.message + "$it").joinToString("\n") + "\n" + it.stackTraceToString()
        }

    fun world(answer: suspend World.(AuthorizationUrl) -> String = { oauth.approve(it) }) =
        World({ client("given", "cl13nt&s3 cret") }, answer = answer).apply {
            oauth.serveResourceMetadata()
            oauth.set("token_endpoint_auth_methods_supported", """["client_secret_post"]""")
        }

    test("no event of a whole life holds a secret") {
        runTest {
            val world = world()
            world.needed = { if (it == "x") listOf("more") else emptyList() }
            world.call()
            world.clock.now += 3600.seconds
            world.call()
            world.call("x")
            val secrets = world.secrets().shouldNotBeEmpty()
            val shown = world.caller.events.joinToString("\n") { "$it ${it.fields}" }
            secrets.filter { it in shown }.shouldBeEmpty()
        }
    }

    test("no value shows its secret") {
        runTest {
            val world = world()
            world.call()
            val key = GrantKey(ISSUER, "given", RESOURCE)
            val grant = world.store.findGrant(key)
            val registration = ClientRegistration(ISSUER, "id", ClientSecret("cl13nt&s3 cret"), null, null, emptyList())
            val shown =
                listOf(
                    grant,
                    grant?.accessToken,
                    grant?.refreshToken,
                    registration,
                    registration.clientSecret,
                    world.options,
                    world.authorizer,
                    world.store,
                    world.person.urls,
                    AccessToken("token-1", Instant.DISTANT_FUTURE),
                ).joinToString("\n")
            world.secrets().filter { it in shown }.shouldBeEmpty()
        }
    }

    context("no failure shows a secret, even where the server repeats it") {
        val failures =
            mapOf<String, World.() -> Unit>(
                "the token endpoint quotes the request" to {
                    http.pages["$ISSUER/token"] = { request ->
                        oauth.tokenRequests += formDecode(request.body.orEmpty()).toMap()
                        val form = oauth.tokenRequests.last()
                        val quoted = "${form["code"]} ${form["code_verifier"]} ${form["client_secret"]}"
                        Response(400, JSON, """{"error":"invalid_grant","error_description":"$quoted"}""")
                    }
                },
                "the token endpoint quotes the request as it was sent" to {
                    http.pages["$ISSUER/token"] = { request ->
                        oauth.tokenRequests += formDecode(request.body.orEmpty()).toMap()
                        Response(400, JSON, """{"error":"invalid_grant","error_description":"${request.body}"}""")
                    }
                },
                "the token endpoint's answer is cut off" to {
                    oauth.tokens["cut-off-token"] = emptyList()
                    http.page("$ISSUER/token", """{"access_token":"cut-off-token","token_t""")
                },
                "the token has another type" to {
                    oauth.tokens["mac-token"] = emptyList()
                    http.page("$ISSUER/token", """{"access_token":"mac-token","token_type":"mac"}""")
                },
            )
        withData(failures) { arrange ->
            runTest {
                val world = world()
                arrange(world)
                val failure =
                    try {
                        error("signed in: ${world.call()}")
                    } catch (e: AuthorizationFailedException) {
                        e
                    }
                val shown = everythingShown(failure)
                world.secrets().filter { it in shown }.shouldBeEmpty()
            }
        }
    }

    test("the redirect's failure shows neither code nor state") {
        runTest {
            val world = world { oauth.approve(it) + "&iss=https://evil.example" }
            val failure =
                try {
                    error("signed in: ${world.call()}")
                } catch (e: AuthorizationFailedException) {
                    e
                }
            val shown = everythingShown(failure)
            (world.secrets() + "code-1").filter { it in shown }.shouldBeEmpty()
        }
    }

    test("the query of the server's URL, where some keep a key, is not shown") {
        runTest {
            val world = World()
            val url = "https://mcp.example/mcp?api_key=k3y"
            world.http.page("$PRM?api_key=k3y", "<html>")
            val caller = FakeCaller(world.authorizer, world.http, url) { _, _ -> 401 to null }
            val failure =
                try {
                    error("signed in: ${caller.call()}")
                } catch (e: AuthorizationFailedException) {
                    e
                }
            failure.url shouldBe PRM
            ("k3y" in everythingShown(failure) + caller.events) shouldBe false
        }
    }
})
