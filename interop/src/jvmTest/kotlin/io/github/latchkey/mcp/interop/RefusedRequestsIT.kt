package io.github.latchkey.mcp.interop

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.EraMemory
import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.McpEvent
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.McpSession
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.UnauthorizedException
import io.github.latchkey.mcp.WarningEvent
import io.github.latchkey.mcp.auth.LoopbackPrompt
import io.github.latchkey.mcp.auth.OAuthAuthorizer
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.http.HttpTransportOptions
import io.github.latchkey.mcp.http.StreamableHttpTransport
import io.github.latchkey.mcp.test.AuthorizationServer
import io.github.latchkey.mcp.test.AuthorizationServer.Endpoint
import io.github.latchkey.mcp.test.LeakCheck
import io.github.latchkey.mcp.test.LoopbackServer
import io.github.latchkey.mcp.test.Protection
import io.github.latchkey.mcp.test.SampleTools
import io.github.latchkey.mcp.test.ScriptedAnswer
import io.github.latchkey.mcp.test.ScriptedMcpServer
import io.github.latchkey.mcp.test.authorizationServer
import io.github.latchkey.mcp.test.mcpServer
import io.github.latchkey.mcp.test.sseMcpServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.engine.okhttp.OkHttp
import kotlinx.coroutines.delay
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.put
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Every request that a server can answer with 401, over every transport: it starts a sign-in where there is somebody to sign in, fails with the reason where
 * there is not, and never hangs. Other refusals are nobody's sign-in.
 */
class RefusedRequestsIT : FunSpec({
    context("401") {
        withData(nameFn = { it.name }, allStories()) { story ->
            withData(nameFn = { if (it) "with WWW-Authenticate" else "without" }, listOf(true, false)) { sendsChallenge ->
                test("a sign-in where there is somebody") {
                    Stage(story.transport).use { stage ->
                        stage.refuse(sendsChallenge, story)
                        stage.run(hasAuthorizer = true) { story.act(stage, it) }
                        withClue(stage.mcp.requests) {
                            stage.browser.pages shouldBe 1
                            // The request that was refused has come back, with a token (AUTH-78).
                            story.sent(stage).map { it.status to (it.header("Authorization") != null) }.distinct().take(2) shouldBe
                                listOf(401 to false, story.success to true)
                        }
                    }
                }

                test("the reason where there is not") {
                    Stage(story.transport).use { stage ->
                        stage.refuse(sendsChallenge, story)
                        if (story.isOptional) {
                            stage.run(hasAuthorizer = false) { story.act(stage, it) }
                            stage.events.filterIsInstance<WarningEvent>().single().message shouldContain "HTTP 401"
                        } else {
                            val failure =
                                shouldThrow<UnauthorizedException> { stage.run(hasAuthorizer = false) { story.act(stage, it) } }
                            failure.code shouldBe ErrorCode.UNAUTHORIZED
                            failure.status shouldBe 401
                            failure.remedy shouldContain "authorizer"
                            failure.challenges.map { it.scheme } shouldBe if (sendsChallenge) listOf("Bearer") else emptyList()
                        }
                        stage.asked().shouldBeEmpty()
                    }
                }
            }
        }
    }

    context("401 on a later call") {
        withData(nameFn = { "$it" }, Transport.entries) { transport ->
            withData(nameFn = { if (it) "with WWW-Authenticate" else "without" }, listOf(true, false)) { sendsChallenge ->
                test("when the token has ended: a refresh, and nobody is asked") {
                    Stage(transport).use { stage ->
                        stage.protect { sendsChallenge(sendsChallenge) }
                        stage.run(hasAuthorizer = true) { session ->
                            session.echo()
                            stage.authorizationServer.expireAccessTokens()
                            session.echo()
                        }
                        stage.browser.pages shouldBe 1
                        stage.authorizationServer.requests(Endpoint.TOKEN).map { it.form["grant_type"] } shouldBe
                            listOf("authorization_code", "refresh_token")
                    }
                }

                test("when the grant has ended: a new sign-in") {
                    Stage(transport).use { stage ->
                        stage.protect { sendsChallenge(sendsChallenge) }
                        stage.run(hasAuthorizer = true) { session ->
                            session.echo()
                            stage.authorizationServer.expireAccessTokens()
                            stage.authorizationServer.revokeRefreshTokens()
                            session.echo()
                        }
                        stage.browser.pages shouldBe 2
                    }
                }

                test("with nobody to sign in: the reason, and the session is as it was") {
                    Stage(transport).use { stage ->
                        stage.run(hasAuthorizer = false) { session ->
                            session.echo()
                            stage.protect { sendsChallenge(sendsChallenge) }
                            shouldThrow<UnauthorizedException> { session.echo() }.remedy shouldContain "authorizer"
                            stage.mcp.protection = null
                            session.echo()
                        }
                    }
                }
            }
        }
    }

    context("the DELETE at the end") {
        withData(nameFn = { if (it) "with WWW-Authenticate" else "without" }, listOf(true, false)) { sendsChallenge ->
            test("is refused: nobody is asked to sign in for a goodbye, and nothing is thrown") {
                Stage(Transport.SESSION).use { stage ->
                    stage.protect { sendsChallenge(sendsChallenge).protects { method, _ -> method == "DELETE" } }
                    stage.run(hasAuthorizer = true) { it.echo() }
                    stage.mcp.requests.last { it.method == "DELETE" }.status shouldBe 401
                    stage.asked().shouldBeEmpty()
                }
            }
        }

        test("carries the token that is there (AUTH-78)") {
            Stage(Transport.SESSION).use { stage ->
                stage.protect {}
                stage.run(hasAuthorizer = true) { it.echo() }
                stage.mcp.requests.last().let { (it.method to it.status) shouldBe ("DELETE" to 200) }
                stage.browser.pages shouldBe 1
            }
        }
    }

    context("no credentials problem, even if it comes with a challenge") {
        withData(nameFn = { "$it" }, listOf(403, 404, 405, 429, 503)) { status ->
            withData(nameFn = { "$it" }, Transport.entries) { transport ->
                test("at the beginning") {
                    Stage(transport).use { stage ->
                        stage.answerAlways(status)
                        notUnauthorized { stage.run(hasAuthorizer = true) { it.echo() } }
                        stage.asked().shouldBeEmpty()
                    }
                }

                test("later") {
                    Stage(transport).use { stage ->
                        stage.run(hasAuthorizer = true) { session ->
                            session.echo()
                            stage.answerAlways(status)
                            notUnauthorized { session.echo() }
                        }
                        stage.asked().shouldBeEmpty()
                    }
                }
            }
        }
    }
})

private suspend fun notUnauthorized(block: suspend () -> Unit) {
    val failure = shouldThrow<McpException> { block() }
    withClue(failure) {
        failure.code shouldNotBe ErrorCode.UNAUTHORIZED
        failure.code shouldNotBe ErrorCode.AUTHORIZATION_FAILED
        failure.code shouldNotBe ErrorCode.TIMEOUT
    }
}

private suspend fun McpSession.echo() {
    callTool("echo") { put("text", "hello") }.text shouldBe "hello"
}

private enum class Transport(val path: String, val version: ProtocolVersion?) {
    STATELESS("/mcp", ProtocolVersion.V2026_07_28),
    SESSION("/mcp", ProtocolVersion.V2025_11_25),
    SSE("/sse", null),
}

/** One request, the first of its kind being refused. */
private class Story(
    val transport: Transport,
    val httpMethod: String,
    val rpcMethod: String?,
) {
    val name = "$transport: $httpMethod ${rpcMethod.orEmpty()}".trim()

    /** A session can do without the server's own stream. */
    val isOptional get() = httpMethod == "GET" && transport == Transport.SESSION

    val success get() = if (rpcMethod == "notifications/initialized" || (transport == Transport.SSE && rpcMethod != null)) 202 else 200

    fun isAbout(method: String, rpc: String?) = method == httpMethod && rpc == rpcMethod

    /** Without what HTTP+SSE is looked for with: servers of that take no POST at the URL of the stream. */
    fun sent(stage: Stage) = stage.mcp.requests.filter { isAbout(it.method, it.jsonRpcMethod) && it.status != 405 }

    /** What makes the client send it. */
    suspend fun act(stage: Stage, session: McpSession) {
        session.echo()
        if (isOptional && stage.hasAuthorizer) stage.awaitAnswered { sent(stage).any { it.status == 200 } }
    }
}

private fun allStories(): List<Story> {
    val session = listOf("initialize", "notifications/initialized", "tools/call")
    return listOf("server/discover", "tools/call").map { Story(Transport.STATELESS, "POST", it) } +
        session.map { Story(Transport.SESSION, "POST", it) } + Story(Transport.SESSION, "GET", null) +
        session.map { Story(Transport.SSE, "POST", it) } + Story(Transport.SSE, "GET", null)
}

/** A server, a client and what they did; checks at the end that nothing is left of either. */
private class Stage(val transport: Transport) {
    val authorizationServer = AuthorizationServer()
    val browser = ConsentingBrowser()
    val events = ConcurrentLinkedQueue<McpEvent>()
    var hasAuthorizer = false
        private set
    lateinit var mcp: ScriptedMcpServer
        private set
    private lateinit var loopback: LoopbackServer

    // Of its own, so that its idle connections go with it.
    private val engine = OkHttp.create()

    suspend fun use(block: suspend (Stage) -> Unit) {
        val leaks = LeakCheck.snapshot()
        withTimeout(LIMIT) {
            start()
            try {
                block(this@Stage)
            } finally {
                engine.close()
                loopback.close()
            }
        }
        authorizationServer.assertNoViolations()
        leaks.assertNothingLeftButEngines()
    }

    private suspend fun start() {
        val builder = SampleTools.addTo(ScriptedMcpServer.builder()).getStream(true)
        transport.version?.let { builder.revisions(it.value) }
        mcp = builder.build()
        loopback =
            LoopbackServer.start(
                { if (transport == Transport.SSE) sseMcpServer(mcp) else mcpServer(mcp) },
                { authorizationServer(authorizationServer) },
            )
    }

    fun protect(configure: Protection.Builder.() -> Unit) {
        mcp.protection =
            Protection {
                introspector(authorizationServer)
                authorizationServers(authorizationServer.issuer(loopback.url))
                configure()
            }
    }

    fun refuse(sendsChallenge: Boolean, story: Story) = protect { sendsChallenge(sendsChallenge).protects(story::isAbout) }

    fun answerAlways(status: Int) {
        val challenge = """Bearer resource_metadata="${loopback.url}/.well-known/oauth-protected-resource${transport.path}""""
        mcp.answerAlways(ScriptedAnswer.of(status).withHeader("WWW-Authenticate", challenge))
    }

    suspend fun run(hasAuthorizer: Boolean, block: suspend (McpSession) -> Unit) {
        this.hasAuthorizer = hasAuthorizer
        val authorizer = OAuthAuthorizer(OAuthOptions.builder(LoopbackPrompt.builder().browser(browser).build()).build())
        val options =
            HttpTransportOptions {
                serverStream(true).engine(engine)
                if (hasAuthorizer) authorizer(authorizer)
            }
        val client = ClientOptions.Builder().events { events += it }.eraMemory(EraMemory())
        transport.version?.let { client.protocolVersions(listOf(it)) }
        McpClient.connect(StreamableHttpTransport(loopback.url + transport.path, options), client.build()) { block(it) }
    }

    /** What anybody asked the authorization server, or asked about it. */
    fun asked(): List<String> = loopback.requestLines.filterNot { it.endsWith(" /mcp") || it.contains(" /sse") }

    suspend fun awaitAnswered(isAnswered: () -> Boolean) = withTimeout(5.seconds) {
        while (!isAnswered()) delay(10.milliseconds)
    }

    private companion object {
        val LIMIT = 20.seconds
    }
}
