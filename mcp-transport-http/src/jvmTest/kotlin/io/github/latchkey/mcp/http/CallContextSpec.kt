package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.test.RawServer
import io.github.latchkey.mcp.test.RecordedRequest
import io.github.latchkey.mcp.transport.AuthorizationChallenge
import io.github.latchkey.mcp.transport.Authorizer
import io.github.latchkey.mcp.transport.BearerToken
import io.github.latchkey.mcp.transport.CallContext
import io.github.latchkey.mcp.transport.ChallengeDecision
import io.github.latchkey.mcp.transport.Credentials
import io.github.latchkey.mcp.transport.ProtectedRequest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

private fun user(name: String) = CallContext(mapOf("X-User" to name), identity = name)

private val RecordedRequest.users: List<String?> get() = listOf(header("X-User"), header("Authorization"))

class CallContextSpec : FunSpec({
    for (engine in ENGINES) {
        context("the context of a call on $engine") {
            test("goes onto its own requests and no others, whatever runs beside it") {
                SessionScript(onPost = { request ->
                    // Cut, so that each call has a POST and a GET.
                    sendStream(eventWithId("e${request.rpcId}", retryMillis = 1))
                }, onGet = { request, _ ->
                    sendStream(event(toolsResult(request.header("Last-Event-ID").orEmpty().removePrefix("e"))))
                }).use { script ->
                    engine.connected(script.url, configure = { authorizer(ByIdentity) }) { connection ->
                        connection.exchange(request("initialize"), context(version = null)) {}
                        coroutineScope {
                            for (id in 10..40) {
                                launch(user("u$id")) { connection.exchange(request("tools/list", id = id), SESSION_CONTEXT) {} }
                            }
                        }
                        connection.exchange(request("tools/list", id = 5), SESSION_CONTEXT) {}
                    }
                    val posts = script.sent("POST").filter { it.jsonRpcMethod == "tools/list" }
                    val gets = script.sent("GET")
                    (posts.size to gets.size) shouldBe (32 to 32)
                    for (post in posts) post.users shouldBe expectedUsers(post.rpcId)
                    for (get in gets) get.users shouldBe expectedUsers(get.header("Last-Event-ID").orEmpty().removePrefix("e"))
                }
            }

            test("goes onto the notice of its cancellation") {
                SessionScript(onPost = { awaitClientClosed() }).use { script ->
                    engine.connected(script.url, configure = { authorizer(ByIdentity) }) { connection ->
                        connection.exchange(request("initialize"), context(version = null)) {}
                        coroutineScope {
                            val call = launch(user("me")) { connection.listTools(SESSION_CONTEXT) }
                            script.server.awaitRequests(2)
                            call.cancelAndJoin()
                        }
                    }
                    script.posted.last() shouldBe "notifications/cancelled"
                    script.sent("POST").last().users shouldContainExactly listOf("me", "Bearer me")
                }
            }

            test("replaces a header of the options, and is replaced by credentials") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    val configure: HttpTransportOptions.Builder.() -> Unit = {
                        header("X-User", "option").authorizer(BearerToken("real"))
                    }
                    engine.connected(server.url, configure = configure) { connection ->
                        withContext(CallContext(mapOf("x-user" to "call", "authorization" to "Bearer mine"))) { connection.listTools() }
                    }
                    server.requests.single().headerValues("X-User") shouldContainExactly listOf("call")
                    server.requests.single().headerValues("Authorization") shouldContainExactly listOf("Bearer real")
                }
            }

            withData(
                nameFn = { "must not have the header $it, which is the transport's" },
                "MCP-Session-Id",
                "Last-Event-ID",
                "Content-Length",
                "accept",
            ) { name ->
                RawServer.answering(200, JSON, RESULT).use { server ->
                    engine.connected(server.url) { connection ->
                        shouldThrow<IllegalArgumentException> { withContext(CallContext(mapOf(name to "1"))) { connection.listTools() } }
                    }
                    server.requests.shouldBeEmpty()
                }
            }

            test("must not have line ends in its headers, which are refused without being shown") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    engine.connected(server.url) { connection ->
                        val failure =
                            shouldThrow<IllegalArgumentException> {
                                withContext(CallContext(mapOf("X-Key" to "secret\r\nX-Admin: 1"))) { connection.listTools() }
                            }
                        failure.message.orEmpty() shouldNotContain "secret"
                    }
                    server.requests.shouldBeEmpty()
                }
            }

            test("is not shown when a server repeats it") {
                RawServer.answering(400, emptyMap(), "no: secret-of-the-call").use { server ->
                    engine.connected(server.url) { connection ->
                        val failure =
                            shouldThrow<McpException> {
                                withContext(CallContext(mapOf("X-Key" to "secret-of-the-call"))) { connection.listTools() }
                            }
                        failure.answer?.bodyStart.orEmpty() shouldNotContain "secret-of-the-call"
                    }
                }
            }
        }
    }
})

private fun expectedUsers(id: String): List<String?> = if (id == "5") listOf(null, "Bearer null") else listOf("u$id", "Bearer u$id")

/** Gives each identity a token of its own. */
private object ByIdentity : Authorizer {
    override suspend fun credentials(request: ProtectedRequest) = Credentials(mapOf("Authorization" to "Bearer ${request.identity}"))

    override suspend fun onChallenge(challenge: AuthorizationChallenge) = ChallengeDecision.GIVE_UP
}
