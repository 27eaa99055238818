package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.RetryEvent
import io.github.latchkey.mcp.test.RawServer
import io.github.latchkey.mcp.transport.AuthorizationChallenge
import io.github.latchkey.mcp.transport.Authorizer
import io.github.latchkey.mcp.transport.BearerToken
import io.github.latchkey.mcp.transport.ChallengeDecision
import io.github.latchkey.mcp.transport.Credentials
import io.github.latchkey.mcp.transport.ProtectedRequest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

class RedirectSpec : FunSpec({
    for (engine in ENGINES) {
        context("on $engine a redirect within the origin") {
            withData(307, 308) { status ->
                redirecting(status, "/v2/mcp").use { server ->
                    engine.connected(server.url + "/mcp", configure = { header("X-Api-Key", "sk-123456") }) { it.listTools() }
                    server.requests.map { it.path } shouldContainExactly listOf("/mcp", "/v2/mcp")
                    val (first, second) = server.requests
                    second.method shouldBe "POST"
                    second.body shouldBe first.body
                    second.header("X-Api-Key") shouldBe "sk-123456"
                    second.header("Mcp-Method") shouldBe "tools/list"
                }
            }

            test("is asked for credentials of its own, by its URL") {
                val urls = mutableListOf<String>()
                redirecting(307, "/v2/mcp").use { server ->
                    engine.connected(server.url + "/mcp", configure = { authorizer(listening(urls)) }) { it.listTools() }
                    urls shouldContainExactly listOf(server.url + "/mcp", server.url + "/v2/mcp")
                }
            }

            test("is told") {
                val log = EventLog()
                redirecting(307, "/v2/mcp?key=secret").use { server -> engine.connected(server.url + "/mcp", log) { it.listTools() } }
                val reason = log.all<RetryEvent>().single().reason
                reason shouldContain "/v2/mcp"
                reason shouldNotContain "secret"
            }

            test("is not followed for ever") {
                answering { sendAnswer(307, mapOf("Location" to "/next" + "x".repeat(requestNumber()))) }.use { server ->
                    val failure = engine.connected(server.url + "/mcp") { shouldThrow<McpException> { it.listTools() } }
                    failure.code shouldBe ErrorCode.REJECTED
                    failure.message.orEmpty() shouldContain "more than 3 redirects"
                    server.requests.size shouldBe 4
                }
            }

            test("to itself ends at once") {
                RawServer.answering(307, mapOf("Location" to "/mcp")).use { server ->
                    val failure = engine.connected(server.url + "/mcp") { shouldThrow<McpException> { it.listTools() } }
                    failure.message.orEmpty() shouldContain "in a circle"
                    server.requests.size shouldBe 1
                }
            }
        }

        context("on $engine") {
            withData(nameFn = { "a redirect of $it within the origin is refused" }, 301, 302, 303) { status ->
                redirecting(status, "/v2/mcp").use { server ->
                    val failure = engine.connected(server.url + "/mcp") { shouldThrow<McpException> { it.listTools() } }
                    failure.code shouldBe ErrorCode.REJECTED
                    failure.status shouldBe status
                    server.requests.size shouldBe 1
                }
            }

            test("a redirect to another origin is refused, and nothing is sent there") {
                RawServer.answering(200, JSON, RESULT).use { other ->
                    RawServer.answering(307, mapOf("Location" to other.url + "/mcp?state=secret")).use { server ->
                        val failure =
                            engine.connected(server.url + "/mcp", configure = { authorizer(BearerToken("t-123456")) }) { connection ->
                                shouldThrow<McpException> { connection.listTools() }
                            }
                        failure.code shouldBe ErrorCode.REJECTED
                        failure.status shouldBe 307
                        failure.message.orEmpty() shouldContain "a redirect to ${other.url},"
                        failure.remedy shouldContain "${other.url}/mcp"
                        failure.remedy shouldNotContain "secret"
                        other.connectionCount shouldBe 0
                    }
                }
            }
        }
    }
})

/** Answers its first path with a redirect to [location], and everything else with a result. */
private fun redirecting(status: Int, location: String): RawServer =
    RawServer.start { connection ->
        while (true) {
            val request = connection.readRequest() ?: break
            if (request.path == "/mcp") {
                connection.sendAnswer(status, mapOf("Location" to location))
            } else {
                connection.sendAnswer(200, JSON, RESULT)
            }
        }
    }

private fun listening(urls: MutableList<String>) =
    object : Authorizer {
        override suspend fun credentials(request: ProtectedRequest): Credentials {
            urls += request.url
            return Credentials(mapOf("Authorization" to "Bearer x"))
        }

        override suspend fun onChallenge(challenge: AuthorizationChallenge) = ChallengeDecision.GIVE_UP
    }

private var requests = 0

private fun requestNumber() = ++requests
