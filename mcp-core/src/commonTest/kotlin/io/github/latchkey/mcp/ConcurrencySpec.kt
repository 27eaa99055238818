package io.github.latchkey.mcp

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonObject

/** How many requests of a session run at once. */
@OptIn(ExperimentalCoroutinesApi::class)
class ConcurrencySpec :
    FunSpec({
        suspend fun TestScope.session(
            max: Int?,
            vararg more: Pair<String, suspend ServerCall.() -> String>,
            configure: ClientOptions.Builder.() -> Unit = {},
            block: suspend (McpSession) -> Unit,
        ) {
            val slow: Pair<String, suspend ServerCall.() -> String> =
                "tools/call" to {
                    delay(1_000)
                    "{}"
                }
            val options =
                ClientOptions {
                    eraMemory(EraMemory())
                    timeSource(testScheduler.timeSource)
                    max?.let(::maxConcurrentRequests)
                    configure()
                }
            McpClient.connect(ScriptedServer(discovers, initializes(), slow, *more).transport(), options) { block(it) }
        }

        test("any number runs at once by default") {
            runTest {
                session(null) { session ->
                    List(10) { async { session.callTool("t") } }.awaitAll()
                    currentTime shouldBe 1_000
                }
            }
        }

        test("with a limit the others wait, and their time has not begun") {
            runTest {
                session(2, configure = { requestTimeoutMillis(1_500) }) { session ->
                    List(10) { async { session.callTool("t") } }.awaitAll()
                    currentTime shouldBe 5_000
                }
            }
        }

        test("who is cancelled while waiting leaves the others their turn") {
            runTest {
                session(1) { session ->
                    val first = async { session.callTool("t") }
                    val second = launch { session.callTool("t") }
                    val third = async { session.callTool("t") }
                    delay(500)
                    second.cancelAndJoin()
                    awaitAll(first, third)
                    currentTime shouldBe 2_000
                }
            }
        }

        test("a handler that asks the session does not wait for the call that waits for it") {
            runTest {
                lateinit var asked: McpSession
                val asking: Pair<String, suspend ServerCall.() -> String> =
                    "prompts/get" to {
                        if (params["inputResponses"] == null) {
                            """{"resultType":"input_required","inputRequests":{"k":{"method":"roots/list"}}}"""
                        } else {
                            """{"messages":[]}"""
                        }
                    }
                session(
                    1,
                    asking,
                    configure = {
                        roots {
                            asked.callTool("t")
                            emptyList()
                        }
                    },
                ) { session ->
                    asked = session
                    session.getPrompt("p").messages.size shouldBe 0
                    currentTime shouldBe 1_000
                }
            }
        }

        test("a handler of the session era does not wait for it either") {
            runTest {
                lateinit var asked: McpSession
                val asking: Pair<String, suspend ServerCall.() -> String> =
                    "prompts/get" to {
                        send("""{"jsonrpc":"2.0","id":"q","method":"roots/list"}""")
                        delay(5_000)
                        """{"messages":[]}"""
                    }
                var answeredAt = 0L
                session(
                    1,
                    asking,
                    configure = {
                        protocolVersions(listOf(ProtocolVersion.V2025_11_25))
                        roots {
                            asked.callTool("t", JsonObject(emptyMap()))
                            answeredAt = currentTime
                            emptyList()
                        }
                    },
                ) { session ->
                    asked = session
                    session.getPrompt("p")
                    answeredAt shouldBe 1_000
                }
            }
        }

        test("a limit of none is a mistake") {
            shouldThrow<IllegalArgumentException> { ClientOptions { maxConcurrentRequests(0) } }
        }
    })
