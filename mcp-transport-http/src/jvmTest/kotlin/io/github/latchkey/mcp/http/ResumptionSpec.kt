package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.JsonRpcResult
import io.github.latchkey.mcp.ProtocolException
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.SessionExpiredException
import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.test.LeakCheck
import io.github.latchkey.mcp.test.RawConnection
import io.github.latchkey.mcp.test.RawServer
import io.github.latchkey.mcp.test.RecordedRequest
import io.github.latchkey.mcp.transport.AuthorizationChallenge
import io.github.latchkey.mcp.transport.Authorizer
import io.github.latchkey.mcp.transport.ChallengeDecision
import io.github.latchkey.mcp.transport.Credentials
import io.github.latchkey.mcp.transport.ProtectedRequest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout
import kotlin.time.TimeSource
import kotlin.time.measureTime

private val CUT: RawConnection.(RecordedRequest) -> Unit = { sendStream(eventWithId("e1", retryMillis = 5)) }

class ResumptionSpec : FunSpec({
    for (engine in ENGINES) {
        context("a stream that ends before the response on $engine") {
            withData(
                nameFn = { "is resumed in $it, whatever was negotiated (HTTP-59)" },
                ProtocolVersion.V2025_11_25,
                ProtocolVersion.V2025_06_18,
                ProtocolVersion.V2025_03_26,
            ) { version ->
                SessionScript(version, onPost = CUT, onGet = { _, _ -> sendStream(event(RESULT)) }).use { script ->
                    engine.inSession(script.server) { it.listTools(context(version)).shouldBeInstanceOf<JsonRpcResult>() }
                    val get = script.sent("GET").single()
                    get.header("Last-Event-ID") shouldBe "e1"
                    get.header("Accept") shouldBe "text/event-stream"
                    get.header("MCP-Session-Id") shouldBe "s-1"
                    get.header("MCP-Protocol-Version") shouldBe version.value
                    get.body shouldBe ""
                    script.posted shouldContainExactly listOf("initialize", "tools/list")
                }
            }

            test("is asked for when the server said, counted from its end (HTTP-52, TRAP-06)") {
                var closed: TimeSource.Monotonic.ValueTimeMark? = null
                val script =
                    SessionScript(
                        onPost = {
                            startChunked()
                            sendChunk(eventWithId("e1", retryMillis = 500))
                            pause(200)
                            closed = TimeSource.Monotonic.markNow()
                            sendChunk("")
                        },
                        onGet = { _, _ -> sendStream(event(RESULT)) },
                    )
                script.use {
                    engine.inSession(script.server) { it.listTools(SESSION_CONTEXT) }
                    val waited = (script.getTimes.single() - closed!!).inWholeMilliseconds
                    waited shouldBeInRange 490L..1_000L
                }
            }

            test("is resumed when the connection breaks, too") {
                val script =
                    SessionScript(
                        onPost = {
                            startChunked()
                            sendChunk(eventWithId("e1", progress(1), retryMillis = 5))
                            pause(50)
                            reset()
                        },
                        onGet = { _, _ -> sendStream(event(RESULT)) },
                    )
                script.use {
                    engine.inSession(script.server) { it.listTools(SESSION_CONTEXT) }
                    script.sent("GET").single().header("Last-Event-ID") shouldBe "e1"
                }
            }

            test("goes on over several connections, each from the last id (HTTP-55)") {
                val script =
                    SessionScript(onPost = CUT, onGet = { _, number ->
                        if (number < 9) sendStream(eventWithId("g$number", progress(number))) else sendStream(event(RESULT))
                    })
                script.use {
                    val heard = mutableListOf<String>()
                    engine.inSession(script.server) { connection ->
                        connection.listTools(SESSION_CONTEXT) { heard += it.encode().substringAfter("\"progress\":").substringBefore("}") }
                    }
                    heard shouldContainExactly (1..8).map(Int::toString)
                    script.sent("GET").map { it.header("Last-Event-ID") } shouldContainExactly listOf("e1") + (1..8).map { "g$it" }
                }
            }

            test("is left after the response, though the server leaves it open (HTTP-61)") {
                val isLeft = CompletableDeferred<Unit>()
                val script =
                    SessionScript(onPost = CUT, onGet = { _, _ ->
                        startChunked()
                        sendChunk(eventWithId("e2", RESULT))
                        awaitClientClosed()
                        isLeft.complete(Unit)
                    })
                script.use {
                    engine.inSession(script.server) { it.listTools(SESSION_CONTEXT) }
                    withTimeout(1_000) { isLeft.await() }
                    script.sent("GET").size shouldBe 1
                }
            }

            test("hands over requests of the server with the very id (RPC-04)") {
                val script =
                    SessionScript(onPost = CUT, onGet = { _, _ ->
                        sendStream(event("""{"jsonrpc":"2.0","id":"x-1","method":"ping"}"""), event(RESULT))
                    })
                script.use {
                    val methods = mutableListOf<String>()
                    engine.inSession(script.server) { connection ->
                        connection.listTools(SESSION_CONTEXT) { methods += it.encode() }
                    }
                    methods.single() shouldContain "\"id\":\"x-1\""
                }
            }

            test("without any id fails at once, and nothing is sent again (HTTP-57)") {
                SessionScript(onPost = { sendStream(event(progress(1)), "retry: 10\ndata:\n\n") }).use { script ->
                    engine.inSession(script.server) { connection ->
                        shouldThrow<ProtocolException> { connection.listTools(SESSION_CONTEXT) }.message shouldContain
                            "ended without the response"
                    }
                    script.sent("GET").shouldBeEmpty()
                    script.posted shouldContainExactly listOf("initialize", "tools/list")
                }
            }

            test("with an id that was taken back fails at once (HTTP-45)") {
                SessionScript(onPost = { sendStream(eventWithId("e1"), "id\ndata:\n\n") }).use { script ->
                    engine.inSession(script.server) { connection ->
                        shouldThrow<ProtocolException> { connection.listTools(SESSION_CONTEXT) }
                    }
                    script.sent("GET").shouldBeEmpty()
                }
            }

            test("in the stateless era fails at once, ids or not") {
                SessionScript(onPost = CUT).use { script ->
                    engine.connected(script.url) { connection -> shouldThrow<ProtocolException> { connection.listTools() } }
                    script.sent("GET").shouldBeEmpty()
                }
            }

            withData(nameFn = { "cannot be resumed by a server that answers $it (HTTP-60)" }, 405, 400, 501) { status ->
                SessionScript(onPost = CUT, onGet = { _, _ -> sendAnswer(status) }).use { script ->
                    engine.inSession(script.server) { connection ->
                        val failure = shouldThrow<ProtocolException> { connection.listTools(SESSION_CONTEXT) }
                        failure.message shouldContain "cannot resume it: HTTP $status"
                        failure.status shouldBe status
                    }
                    script.sent("GET").size shouldBe 1
                }
            }

            test("in a session that is gone is a lost session, whose request may have run (HTTP-60)") {
                SessionScript(onPost = CUT, onGet = { _, _ -> sendAnswer(404) }).use { script ->
                    engine.inSession(script.server) { connection ->
                        shouldThrow<SessionExpiredException> { connection.listTools(SESSION_CONTEXT) }.mayHaveRun shouldBe true
                    }
                    script.posted shouldContainExactly listOf("initialize", "tools/list")
                }
            }

            test("without a session cannot be resumed by a server that answers 404 (HTTP-28)") {
                SessionScript(hasIds = false, onPost = CUT, onGet = { _, _ -> sendAnswer(404) }).use { script ->
                    engine.inSession(script.server) { connection ->
                        shouldThrow<ProtocolException> { connection.listTools(SESSION_CONTEXT) }.status shouldBe 404
                    }
                }
            }

            test("is given up after five connections that brought nothing new") {
                SessionScript(onPost = CUT, onGet = { _, _ -> sendStream(": hi\n\n") }).use { script ->
                    engine.connected(script.url, configure = { firstReconnectMillis = 10 }) { connection ->
                        connection.exchange(request("initialize"), context(version = null)) {}
                        val failure = shouldThrow<ProtocolException> { connection.listTools(SESSION_CONTEXT) }
                        failure.message shouldContain "5 attempts"
                    }
                    script.sent("GET").size shouldBe 5
                }
            }

            test("asks the authorizer for every GET, and again after a 401") {
                val authorizer = Renewing()
                val script =
                    SessionScript(onPost = CUT, onGet = { request, _ ->
                        if (request.header("Authorization") == "Bearer t1") sendStream(event(RESULT)) else sendAnswer(401)
                    })
                script.use {
                    engine.connected(script.url, configure = { authorizer(authorizer) }) { connection ->
                        connection.exchange(request("initialize"), context(version = null)) {}
                        connection.listTools(SESSION_CONTEXT)
                    }
                    authorizer.challenged shouldContainExactly listOf("GET")
                    script.sent("GET").map { it.header("Last-Event-ID") } shouldContainExactly listOf("e1", "e1")
                }
            }
        }

        context("a server that goes away on $engine") {
            test("is asked five times, and then the failure says so") {
                val script =
                    SessionScript(onPost = {
                        startChunked()
                        sendChunk(eventWithId("e1", progress(1)))
                        awaitClientClosed()
                    })
                engine.connected(script.url, configure = { firstReconnectMillis = 10 }) { connection ->
                    connection.exchange(request("initialize"), context(version = null)) {}
                    val failure = shouldThrow<UnreachableException> { connection.listTools(SESSION_CONTEXT) { script.close() } }
                    failure.message shouldContain "5 attempts"
                }
            }
        }

        context("a caller that is cancelled while its stream is resumed on $engine") {
            engine.warmUp()
            test("returns at once, and the server is told") {
                val leaks = LeakCheck.snapshot()
                val isLeft = CompletableDeferred<Unit>()
                val script =
                    SessionScript(onPost = CUT, onGet = { _, _ ->
                        startChunked()
                        awaitClientClosed()
                        isLeft.complete(Unit)
                    })
                script.use {
                    engine.inSession(script.server) { connection ->
                        coroutineScope {
                            val call = launch { connection.listTools(SESSION_CONTEXT) }
                            script.server.awaitRequests(3)
                            measureTime { call.cancelAndJoin() }.inWholeMilliseconds shouldBeLessThan 500
                        }
                    }
                    script.posted.last() shouldBe "notifications/cancelled"
                    withTimeout(1_000) { isLeft.await() }
                }
                // OkHttp keeps idle connections for four seconds.
                leaks.assertNothingLeftOf(engine, timeoutMillis = 8_000)
            }

            test("while it waits to come back, returns at once, and the server is told") {
                SessionScript(onPost = { sendStream(eventWithId("e1", retryMillis = 60_000)) }).use { script ->
                    engine.inSession(script.server) { connection ->
                        coroutineScope {
                            val call = launch { connection.listTools(SESSION_CONTEXT) }
                            script.server.awaitRequests(2)
                            measureTime { call.cancelAndJoin() }.inWholeMilliseconds shouldBeLessThan 500
                        }
                    }
                    script.posted.last() shouldBe "notifications/cancelled"
                    script.sent("GET").shouldBeEmpty()
                }
            }
        }

        context("a batch on $engine") {
            val notification = """{"jsonrpc":"2.0","method":"notifications/x"}"""

            test("in an event is taken apart in 2025-03-26 (RPC-11)") {
                streaming("[$notification,$RESULT,$notification]").use { server ->
                    var count = 0
                    engine.connected(server.url) { connection ->
                        connection.listTools(context(ProtocolVersion.V2025_03_26)) { count++ }.shouldBeInstanceOf<JsonRpcResult>()
                    }
                    count shouldBe 2
                }
            }

            test("hands over what stands behind the response, too (RPC-11)") {
                RawServer.answering(200, JSON, "[$RESULT,$notification]").use { server ->
                    var count = 0
                    engine.connected(server.url) { it.listTools(context(ProtocolVersion.V2025_03_26)) { count++ } }
                    count shouldBe 1
                }
            }

            withData(
                nameFn = { "breaks the protocol of $it (RPC-12)" },
                ProtocolVersion.V2026_07_28,
                ProtocolVersion.V2025_11_25,
                ProtocolVersion.V2025_06_18,
            ) { version ->
                answering {
                    startChunked()
                    sendChunk(event("[$RESULT]"))
                    awaitClientClosed()
                }.use { server ->
                    engine.connected(server.url) { connection ->
                        shouldThrow<ProtocolException> { connection.listTools(context(version)) }.message shouldContain "array"
                    }
                }
                RawServer.answering(200, JSON, "[$RESULT]").use { server ->
                    engine.connected(server.url) { shouldThrow<ProtocolException> { it.listTools(context(version)) } }
                }
            }
        }
    }
})

/** Sends `Bearer t0`, and the next number after each challenge. */
internal class Renewing : Authorizer {
    val challenged = mutableListOf<String>()

    override suspend fun credentials(request: ProtectedRequest) = Credentials(mapOf("Authorization" to "Bearer t${challenged.size}"))

    override suspend fun onChallenge(challenge: AuthorizationChallenge): ChallengeDecision {
        challenged += challenge.request.httpMethod
        return ChallengeDecision.RETRY
    }
}
