package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.ChallengeEvent
import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.InsufficientScopeException
import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.RetryEvent
import io.github.latchkey.mcp.UnauthorizedException
import io.github.latchkey.mcp.test.RawServer
import io.github.latchkey.mcp.transport.AuthorizationChallenge
import io.github.latchkey.mcp.transport.Authorizer
import io.github.latchkey.mcp.transport.BearerToken
import io.github.latchkey.mcp.transport.ChallengeDecision
import io.github.latchkey.mcp.transport.Credentials
import io.github.latchkey.mcp.transport.Deadline
import io.github.latchkey.mcp.transport.ExchangeContext
import io.github.latchkey.mcp.transport.HttpFetcher
import io.github.latchkey.mcp.transport.ProtectedRequest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

private const val CHALLENGE = """Bearer resource_metadata="https://x.example/.well-known/oauth-protected-resource", scope="a b""""

class AuthorizationSpec : FunSpec({
    for (engine in ENGINES) {
        context("on $engine") {
            test("a 401 without an authorizer is thrown after one request, with its challenge") {
                val log = EventLog()
                RawServer.answering(401, mapOf("WWW-Authenticate" to CHALLENGE)).use { server ->
                    val failure = engine.connected(server.url, log) { shouldThrow<UnauthorizedException> { it.listTools() } }
                    failure.challenges.single().parameters["scope"] shouldBe "a b"
                    failure.remedy shouldContain "authorizer"
                    server.requests.size shouldBe 1
                }
                log.all<ChallengeEvent>().single().isRetried shouldBe false
            }

            test("a fixed token is sent, and a refusal of it is thrown without showing it") {
                val log = EventLog()
                RawServer.answering(401, emptyMap(), "no such token: secret-token-1").use { server ->
                    val options: HttpTransportOptions.Builder.() -> Unit = { authorizer(BearerToken("secret-token-1")) }
                    val failure = engine.connected(server.url, log, options) { shouldThrow<UnauthorizedException> { it.listTools() } }
                    server.requests.single().header("Authorization") shouldBe "Bearer secret-token-1"
                    failure.answer?.bodyStart shouldBe "no such token: ***"
                    (failure.toString() + failure.remedy + log.events.joinToString()) shouldNotContain "secret-token-1"
                }
            }

            test("the request is sent again with new credentials when the authorizer says so") {
                val log = EventLog()
                val authorizer = CountingAuthorizer(retries = 1)
                protectedServer("t1").use { server ->
                    engine.connected(server.url, log, { authorizer(authorizer) }) { it.listTools() }
                    server.requests.map { it.header("Authorization") } shouldContainExactly listOf("Bearer t0", "Bearer t1")
                    server.requests.map { it.body }.distinct().size shouldBe 1
                }
                authorizer.challenges.single().let { challenge ->
                    challenge.status shouldBe 401
                    challenge.attempt shouldBe 1
                    challenge.used?.headers shouldBe mapOf("Authorization" to "Bearer t0")
                    challenge.headers["x-more"] shouldBe "1"
                    challenge.challenges.single().scheme shouldBe "Bearer"
                }
                log.all<ChallengeEvent>().single().isRetried shouldBe true
                log.all<RetryEvent>().single().rpcMethod shouldBe "tools/list"
            }

            test("an authorizer that never gives up is asked six times for a retry, and no more") {
                val authorizer = CountingAuthorizer(retries = Int.MAX_VALUE)
                RawServer.answering(401).use { server ->
                    engine.connected(server.url, configure = {
                        authorizer(authorizer)
                    }) { shouldThrow<UnauthorizedException> { it.listTools() } }
                    server.requests.size shouldBe 7
                    authorizer.challenges.map { it.attempt } shouldContainExactly (1..6).toList()
                }
            }

            test("a challenge knows the one before it") {
                val authorizer = CountingAuthorizer(retries = 1)
                RawServer.answering(401).use { server ->
                    engine.connected(server.url, configure = {
                        authorizer(authorizer)
                    }) { shouldThrow<UnauthorizedException> { it.listTools() } }
                    val (first, second) = authorizer.challenges
                    first.previous shouldBe null
                    second.previous shouldBe first
                }
            }

            test("the credentials hear the answer, refused or not") {
                val heard = mutableListOf<String>()
                val authorizer =
                    object : Authorizer {
                        override suspend fun credentials(request: ProtectedRequest) =
                            object : Credentials(emptyMap()) {
                                override fun onResponse(status: Int, header: (String) -> String?) {
                                    heard += "$status ${header("dpop-nonce")}"
                                }
                            }

                        override suspend fun onChallenge(challenge: AuthorizationChallenge) = ChallengeDecision.GIVE_UP
                    }
                RawServer.answering(200, mapOf("Content-Type" to "application/json", "DPoP-Nonce" to "n1"), RESULT).use { server ->
                    engine.connected(server.url, configure = { authorizer(authorizer) }) { it.listTools() }
                }
                RawServer.answering(401, mapOf("DPoP-Nonce" to "n2")).use { server ->
                    engine.connected(server.url, configure = {
                        authorizer(authorizer)
                    }) { shouldThrow<UnauthorizedException> { it.listTools() } }
                }
                heard shouldContainExactly listOf("200 n1", "401 n2")
            }

            test("an authorizer may throw what says more") {
                val authorizer =
                    object : Authorizer {
                        override suspend fun credentials(request: ProtectedRequest): Credentials? = null

                        override suspend fun onChallenge(challenge: AuthorizationChallenge): ChallengeDecision =
                            throw UnauthorizedException("no browser", FailureDetails(Phase.AUTHORIZE, null, "open one"))
                    }
                RawServer.answering(401).use { server ->
                    val failure = engine.connected(server.url, configure = {
                        authorizer(authorizer)
                    }) { shouldThrow<McpException> { it.listTools() } }
                    failure.message shouldBe "no browser"
                }
            }

            test("a 403 for lack of scope carries the scopes when stepping up is given up") {
                val header = """Bearer error="insufficient_scope", scope="files:write files:read""""
                RawServer.answering(403, mapOf("WWW-Authenticate" to header)).use { server ->
                    val failure =
                        engine.connected(server.url, configure = { authorizer(CountingAuthorizer(0)) }) { connection ->
                            shouldThrow<InsufficientScopeException> { connection.listTools() }
                        }
                    failure.missingScopes shouldContainExactly listOf("files:write", "files:read")
                }
            }

            test("a best-effort message never asks the authorizer about a challenge") {
                val authorizer = CountingAuthorizer(retries = 1)
                RawServer.answering(401).use { server ->
                    engine.connected(server.url, configure = { authorizer(authorizer) }) { connection ->
                        val notification = JsonRpcMessage.parse("""{"jsonrpc":"2.0","method":"notifications/cancelled"}""")
                        val failure =
                            shouldThrow<McpException> {
                                connection.send(notification, context(ProtocolVersion.V2025_11_25, isBestEffort = true))
                            }
                        failure.code shouldBe ErrorCode.UNAUTHORIZED
                    }
                    authorizer.challenges.size shouldBe 0
                    authorizer.requests.single().isBestEffort shouldBe true
                    server.requests.single().header("Authorization") shouldBe "Bearer t0"
                }
            }

            test("every message of a session has credentials, whatever it is sent with (AUTH-78, TRAP-35)") {
                SessionScript(onGet = { _, _ -> awaitClientClosed() }).use { script ->
                    engine.session(script.url, hasServerStream = true, configure = { authorizer(BearerToken("t")) }) { session ->
                        session.listTools()
                    }
                    val sent = script.server.requests.map { "${it.method} ${it.jsonRpcMethod.orEmpty()}".trim() }
                    sent.toSet() shouldContainAll
                        listOf("POST initialize", "POST notifications/initialized", "GET", "POST tools/list", "DELETE")
                    script.server.requests.map { it.header("Authorization") }.distinct() shouldContainExactly listOf("Bearer t")
                }
            }

            test("a 401 to a notification reaches the authorizer, too") {
                val authorizer = CountingAuthorizer(retries = 1)
                val script =
                    SessionScript(onNotice = { sendAnswer(if (it.header("Authorization") == "Bearer t1") 202 else 401) })
                script.use {
                    engine.session(script.url, configure = { authorizer(authorizer) }) { it.listTools() }
                    script.posted shouldContainExactly
                        listOf("initialize", "notifications/initialized", "notifications/initialized", "tools/list")
                }
                authorizer.challenges.single().request.rpcMethod shouldBe "notifications/initialized"
            }

            test("a 401 to the DELETE at the end does not") {
                val authorizer = CountingAuthorizer(retries = 1)
                RawServer.start { connection ->
                    while (true) {
                        val request = connection.readRequest() ?: break
                        when {
                            request.method == "DELETE" -> connection.sendAnswer(401)

                            request.jsonRpcMethod == "initialize" -> connection.sendAnswer(
                                200,
                                JSON + ("MCP-Session-Id" to "s-1"),
                                initialized(request.rpcId, ProtocolVersion.V2025_11_25),
                            )

                            else -> connection.sendAnswer(202)
                        }
                    }
                }.use { server ->
                    engine.session(server.url, configure = { authorizer(authorizer) }) { }
                    server.requests.count { it.method == "DELETE" } shouldBe 1
                }
                authorizer.challenges.size shouldBe 0
            }

            test("the clock stands still while the authorizer works, and sees every chunk") {
                val clock = CountingDeadline()
                RawServer.answering(200, JSON, RESULT).use { server ->
                    engine.connected(server.url, configure = { authorizer(CountingAuthorizer(0)) }) { connection ->
                        connection.exchange(request("tools/list"), ExchangeContext(ProtocolVersion.V2026_07_28, Phase.REQUEST, clock)) {}
                    }
                }
                clock.pauses shouldBe 1
                (clock.signs >= 1) shouldBe true
            }

            test("the authorizer learns method, URL and name, and can fetch with the transport") {
                val authorizer = CountingAuthorizer(0)
                RawServer.answering(200, JSON, """{"jsonrpc":"2.0","id":1,"result":{}}""").use { server ->
                    engine.connected(server.url + "/mcp?k=v", configure = { authorizer(authorizer) }) { connection ->
                        connection.exchange(request("tools/call", """{"name":"search"}"""), context()) {}
                    }
                    val seen = authorizer.requests.single()
                    seen.httpMethod shouldBe "POST"
                    seen.url shouldBe server.url + "/mcp?k=v"
                    seen.resource shouldBe server.url + "/mcp?k=v"
                    seen.rpcMethod shouldBe "tools/call search"
                    seen.http.fetch(HttpFetcher.Request("GET", server.url)).status shouldBe 200
                }
            }

            test("credentials that HTTP cannot carry are refused without being shown") {
                val authorizer =
                    object : Authorizer {
                        override suspend fun credentials(request: ProtectedRequest) = Credentials(
                            mapOf("Authorization" to "Bearer a\nb-secret"),
                        )

                        override suspend fun onChallenge(challenge: AuthorizationChallenge) = ChallengeDecision.GIVE_UP
                    }
                RawServer.answering(200, JSON, RESULT).use { server ->
                    val failure =
                        engine.connected(server.url, configure = {
                            authorizer(authorizer)
                        }) { shouldThrow<IllegalArgumentException> { it.listTools() } }
                    failure.message.orEmpty() shouldNotContain "secret"
                    server.requests.size shouldBe 0
                }
            }
        }
    }
})

/** Sends `Bearer t0`, and the next number after each challenge. */
private class CountingAuthorizer(
    private val retries: Int,
) : Authorizer {
    val requests = mutableListOf<ProtectedRequest>()
    val challenges = mutableListOf<AuthorizationChallenge>()

    override suspend fun credentials(request: ProtectedRequest): Credentials {
        requests += request
        return Credentials(mapOf("Authorization" to "Bearer t${challenges.size}"))
    }

    override suspend fun onChallenge(challenge: AuthorizationChallenge): ChallengeDecision {
        challenges += challenge
        return if (challenges.size <= retries) ChallengeDecision.RETRY else ChallengeDecision.GIVE_UP
    }
}

private class CountingDeadline : Deadline {
    var signs = 0
    var pauses = 0

    override fun signOfLife() {
        signs++
    }

    override suspend fun <T> paused(block: suspend () -> T): T {
        pauses++
        return block()
    }
}

private fun protectedServer(token: String): RawServer =
    RawServer.start { connection ->
        while (true) {
            val request = connection.readRequest() ?: break
            if (request.header("Authorization") == "Bearer $token") {
                connection.sendAnswer(200, JSON, RESULT)
            } else {
                connection.sendAnswer(401, mapOf("WWW-Authenticate" to CHALLENGE, "X-More" to "1"), "{}")
            }
        }
    }
