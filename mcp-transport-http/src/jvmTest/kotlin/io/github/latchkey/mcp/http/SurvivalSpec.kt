package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.HttpStatusException
import io.github.latchkey.mcp.McpSession
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.SessionExpiredException
import io.github.latchkey.mcp.UnauthorizedException
import io.github.latchkey.mcp.test.LeakCheck
import io.github.latchkey.mcp.test.LoopbackServer
import io.github.latchkey.mcp.test.Protection
import io.github.latchkey.mcp.test.ScriptedAnswer
import io.github.latchkey.mcp.test.ScriptedMcpServer
import io.github.latchkey.mcp.test.ScriptedMcpServerBuilder
import io.github.latchkey.mcp.test.TokenInfo
import io.github.latchkey.mcp.test.ToolResults
import io.github.latchkey.mcp.test.mcpServer
import io.github.latchkey.mcp.transport.AuthorizationChallenge
import io.github.latchkey.mcp.transport.Authorizer
import io.github.latchkey.mcp.transport.ChallengeDecision
import io.github.latchkey.mcp.transport.Credentials
import io.github.latchkey.mcp.transport.ProtectedRequest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** What a session lives through: the restart of its server, and the end of its token. */
class SurvivalSpec : FunSpec({
    for (engine in ENGINES) {
        context("a server that is started anew, on $engine") {
            engine.warmUp()
            test("costs a call nothing: the session begins anew, and the call is sent once more (HTTP-26, HTTP-27)") {
                val leaks = LeakCheck.snapshot()
                val after = server()
                engine.survive(server(), after) { session ->
                    session.echo("a") shouldBe "a"
                    session.echo("b") shouldBe "b"
                }
                after.rpcMethods shouldContainExactly
                    listOf("tools/call", "initialize", "notifications/initialized", "tools/call", "tools/call", "DELETE")
                after.calls shouldHaveSize 3
                // No id is used twice, whatever begins anew (RPC-02).
                after.rpcIds.let { it.distinct() shouldContainExactly it }
                leaks.assertNothingLeftOf(engine, timeoutMillis = 8_000)
            }

            test("costs many calls at once one new session") {
                val after = server()
                engine.survive(server(), after) { session ->
                    coroutineScope {
                        val texts = List(20) { "call $it" }
                        texts.map { async { session.echo(it) } }.awaitAll() shouldContainExactly texts
                    }
                }
                after.rpcMethods.count { it == "initialize" } shouldBe 1
                after.calls.count { it.method == "tools/call" } shouldBe 20
            }

            test("a call that is made while another session is begun waits for that") {
                val after = server()
                engine.survive(server(), after) { session ->
                    // The refusal of the first call, `initialize`, and `notifications/initialized`, which takes its time.
                    after.answerNext(ScriptedAnswer.pause(0))
                    after.answerNext(ScriptedAnswer.pause(0))
                    after.answerNext(ScriptedAnswer.pause(300))
                    coroutineScope {
                        val first = async { session.echo("first") }
                        while (after.rpcMethods.size < 3) delay(5)
                        session.echo("second") shouldBe "second"
                        first.await() shouldBe "first"
                    }
                }
                after.rpcMethods.count { it == "initialize" } shouldBe 1
                after.assertNoViolations()
            }

            test("and grants no other session is reported with both causes") {
                val after = server().apply { answerAlways(ScriptedAnswer.of(503)) }
                after.answerNext(ScriptedAnswer.of(404))
                engine.survive(server(), after) { session ->
                    val failure = shouldThrow<SessionExpiredException> { session.echo("a") }
                    failure.code shouldBe ErrorCode.SESSION_EXPIRED
                    failure.cause.shouldBeInstanceOf<HttpStatusException>().status shouldBe 503
                    failure.suppressedExceptions.single().shouldBeInstanceOf<SessionExpiredException>().status shouldBe 404
                }
            }

            test("and loses the new session, too, is reported with both causes") {
                val after = server()
                engine.survive(server(), after) { session ->
                    after.answerNext(ScriptedAnswer.of(404))
                    repeat(2) { after.answerNext(ScriptedAnswer.pause(0)) }
                    after.answerNext(ScriptedAnswer.of(404))
                    val failure = shouldThrow<SessionExpiredException> { session.echo("a") }
                    failure.suppressedExceptions.single().shouldBeInstanceOf<SessionExpiredException>()
                    after.rpcMethods shouldContainExactly listOf("tools/call", "initialize", "notifications/initialized", "tools/call")
                    after.calls.count { it.method == "tools/call" } shouldBe 0
                    // That was the one call's bad luck.
                    session.echo("b") shouldBe "b"
                }
            }

            test("and does not accept the token any more costs a call nothing, either") {
                val tokens = Tokens()
                val after = tokens.server()
                val authorizer = Renewing()
                engine.survive(tokens.server(), after, authorizer) { session ->
                    tokens.accepted = "t1"
                    session.echo("a") shouldBe "a"
                }
                authorizer.challenged shouldContainExactly listOf("POST")
                after.calls.count { it.method == "tools/call" } shouldBe 1
            }
        }

        context("a token that expires in the middle of a session on $engine") {
            test("is renewed once, and the session goes on") {
                val tokens = Tokens()
                val server = tokens.server()
                val authorizer = Renewing()
                LoopbackServer.start({ mcpServer(server) }).use { loopback ->
                    engine.session(loopback.url + "/mcp", configure = { authorizer(authorizer) }) { session ->
                        session.echo("a") shouldBe "a"
                        tokens.accepted = "t1"
                        session.echo("b") shouldBe "b"
                        session.echo("c") shouldBe "c"
                    }
                }
                authorizer.challenged shouldContainExactly listOf("POST")
                server.sessionIds.shouldBeEmpty() // the one that there was has been ended
                server.rpcMethods.count { it == "initialize" } shouldBe 1
                server.calls.count { it.method == "tools/call" } shouldBe 3
                server.assertNoViolations()
            }

            test("and is refused again once renewed is reported with both refusals") {
                val tokens = Tokens()
                val server = tokens.server()
                LoopbackServer.start({ mcpServer(server) }).use { loopback ->
                    engine.session(loopback.url + "/mcp", configure = { authorizer(RenewingOnce()) }) { session ->
                        tokens.accepted = "none"
                        val failure = shouldThrow<UnauthorizedException> { session.echo("a") }
                        failure.suppressedExceptions.single().shouldBeInstanceOf<UnauthorizedException>()
                        tokens.accepted = "t1"
                        session.echo("b") shouldBe "b"
                    }
                }
            }

            test("and cannot be renewed is reported with the refusal and the reason") {
                val tokens = Tokens()
                LoopbackServer.start({ mcpServer(tokens.server()) }).use { loopback ->
                    engine.session(loopback.url + "/mcp", configure = { authorizer(RenewingNever()) }) { session ->
                        tokens.accepted = "none"
                        val failure = shouldThrow<UnauthorizedException> { session.echo("a") }
                        failure.message shouldBe "the grant has ended"
                        failure.suppressedExceptions.single().shouldBeInstanceOf<UnauthorizedException>().status shouldBe 401
                    }
                }
            }
        }
    }
})

private fun server(configure: ScriptedMcpServerBuilder.() -> Unit = {}) =
    ScriptedMcpServer {
        revisions("2025-11-25")
        tool("echo") { arguments, _ -> ToolResults.text((arguments.getValue("text") as JsonPrimitive).content) }
        configure()
    }

private suspend fun McpSession.echo(text: String): String = callTool("echo", JsonObject(mapOf("text" to JsonPrimitive(text)))).text

private val ScriptedMcpServer.rpcMethods: List<String> get() = requests.map { it.jsonRpcMethod ?: it.method }

private val ScriptedMcpServer.rpcIds: List<String> get() = requests.map { it.rpcId }.filter { it != "null" }

/** Opens a session with [before], replaces that by [after] on the same port, and runs [block]. */
private suspend fun TestEngine.survive(
    before: ScriptedMcpServer,
    after: ScriptedMcpServer,
    authorizer: Authorizer? = null,
    block: suspend (McpSession) -> Unit,
) {
    val first = LoopbackServer.start({ mcpServer(before) })
    session(first.url + "/mcp", configure = { authorizer(authorizer) }) { session ->
        session.echo("before") shouldBe "before"
        first.close()
        delay(RESTART_MILLIS)
        LoopbackServer.startAt(first.port, { mcpServer(after) }).use {
            block(session)
            session.close()
        }
    }
}

/** No server starts faster; and a connection that was used a moment ago is not looked at before it is used again. */
private const val RESTART_MILLIS = 150L

private class Tokens {
    @Volatile
    var accepted = "t0"

    fun server() = server { protection(Protection { introspector { if (it == accepted) TokenInfo("client") else null } }) }
}

/** Has a token to begin with, `t0`, and another, `t1`. */
private class RenewingOnce : Authorizer {
    @Volatile
    private var token = "t0"

    override suspend fun credentials(request: ProtectedRequest) = Credentials(mapOf("Authorization" to "Bearer $token"))

    override suspend fun onChallenge(challenge: AuthorizationChallenge): ChallengeDecision {
        if (challenge.attempt > 1) return ChallengeDecision.GIVE_UP
        token = "t1"
        return ChallengeDecision.RETRY
    }
}

private class RenewingNever : Authorizer {
    override suspend fun credentials(request: ProtectedRequest) = Credentials(mapOf("Authorization" to "Bearer t0"))

    override suspend fun onChallenge(challenge: AuthorizationChallenge): ChallengeDecision =
        throw UnauthorizedException("the grant has ended", FailureDetails(Phase.AUTHORIZE, challenge.request.url, "sign in again"))
}
