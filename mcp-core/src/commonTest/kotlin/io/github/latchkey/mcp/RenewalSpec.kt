package io.github.latchkey.mcp

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest

/** A server of the session era that forgets its session (HTTP-26, HTTP-27, AMB-16). */
class RenewalSpec :
    FunSpec({
        class Forgetful(
            private val forgetsEachTime: Boolean = false,
            private val refusesAnother: Boolean = false,
        ) {
            var sessions = 0
            var lost = false
            val calls = mutableListOf<Int>()

            val server =
                ScriptedServer(
                    "initialize" to {
                        delay(10)
                        if (sessions > 0 && refusesAnother) throw refusal(-32000, "{}")
                        sessions++
                        lost = false
                        initializes().second(this)
                    },
                    "ping" to {
                        if (lost || forgetsEachTime) throw expired()
                        calls += sessions
                        "{}"
                    },
                )

            private fun expired() = SessionExpiredException("lost", FailureDetails(Phase.REQUEST, "memory:server", "-", HttpAnswer(404)))
        }

        val options =
            ClientOptions {
                eraMemory(EraMemory())
                protocolVersions(listOf(ProtocolVersion.V2025_11_25))
            }

        test("the session begins anew, and the refused request is sent once more") {
            runTest {
                val forgetful = Forgetful()
                McpClient.connect(forgetful.server.transport(), options) { session ->
                    forgetful.lost = true
                    session.ping()
                }
                forgetful.calls shouldBe listOf(2)
                forgetful.server.methods shouldBe listOf("initialize", "ping", "initialize", "ping")
                forgetful.server.received.size shouldBe 2
            }
        }

        test("many calls that notice at once begin one session") {
            runTest {
                val forgetful = Forgetful()
                McpClient.connect(forgetful.server.transport(), options) { session ->
                    forgetful.lost = true
                    List(20) { launch { session.ping() } }.forEach { it.join() }
                }
                forgetful.sessions shouldBe 2
                forgetful.calls shouldBe List(20) { 2 }
            }
        }

        test("a session that is lost again at once is reported, with what came first") {
            runTest {
                val forgetful = Forgetful(forgetsEachTime = true)
                McpClient.connect(forgetful.server.transport(), options) { session ->
                    val failure = shouldThrow<SessionExpiredException> { session.ping() }
                    failure.code shouldBe ErrorCode.SESSION_EXPIRED
                    failure.suppressedExceptions.single().shouldBeInstanceOf<SessionExpiredException>()
                }
                forgetful.server.methods shouldBe listOf("initialize", "ping", "initialize", "ping")
            }
        }

        test("a server that grants no other session is reported with both causes") {
            runTest {
                val forgetful = Forgetful(refusesAnother = true)
                McpClient.connect(forgetful.server.transport(), options) { session ->
                    forgetful.lost = true
                    val failure = shouldThrow<SessionExpiredException> { session.ping() }
                    failure.cause.shouldBeInstanceOf<JsonRpcException>()
                    failure.suppressedExceptions.single().shouldBeInstanceOf<SessionExpiredException>()
                }
                forgetful.calls.shouldBeEmpty()
            }
        }
    })
