package io.github.latchkey.mcp

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonPrimitive

private const val DATES = """"createdAt":"2026-01-01T00:00:00Z","lastUpdatedAt":"2026-01-01T00:00:00Z""""
private const val DONE = """{"content":[{"type":"text","text":"done"}]}"""

/** Calls that become tasks: the extension of 2026-07-28 (TASK-20 to TASK-29) and the tasks of 2025-11-25 (TASK-01 to TASK-10). */
@OptIn(ExperimentalCoroutinesApi::class)
class TasksSpec :
    FunSpec({
        val noArguments = JsonObject(emptyMap())

        fun TestScope.options(version: ProtocolVersion, configure: ClientOptions.Builder.() -> Unit = {}) =
            ClientOptions {
                eraMemory(EraMemory())
                protocolVersions(listOf(version))
                timeSource(testScheduler.timeSource)
                configure()
            }

        context("2026-07-28") {
            fun task(status: String, more: String = "") =
                """{"taskId":"t1","status":"$status",$DATES,"ttlMs":null,"pollIntervalMs":500$more}"""

            /** Answers `tasks/get` with [states] one after the other, the last for ever. */
            fun states(vararg states: String): Pair<String, suspend ServerCall.() -> String> {
                var next = 0
                return "tasks/get" to { states[minOf(next++, states.size - 1)] }
            }

            fun created(task: String) = """{"resultType":"task",""" + task.drop(1)

            val calls: Pair<String, suspend ServerCall.() -> String> = "tools/call" to { created(task("working")) }

            suspend fun TestScope.session(
                vararg answers: Pair<String, suspend ServerCall.() -> String>,
                configure: ClientOptions.Builder.() -> Unit = { tasks() },
                block: suspend (McpSession, ScriptedServer) -> Unit,
            ) {
                val server = ScriptedServer(discovers, *answers)
                McpClient.connect(server.transport(), options(ProtocolVersion.V2026_07_28, configure)) { block(it, server) }
            }

            test("the call waits for its task, asking as often as the server wants") {
                runTest {
                    session(calls, states(task("working"), task("completed", ""","result":$DONE"""))) { session, server ->
                        val seen = mutableListOf<String>()
                        session.callTool("t", noArguments, RequestOptions { onTask { seen += it.status } }).text shouldBe "done"
                        seen shouldContainExactly listOf("working", "working", "completed")
                        currentTime shouldBe 1_000
                        server.methods shouldContainExactly listOf("server/discover", "tools/call", "tasks/get", "tasks/get")
                        val meta = server.requests[1].params!!.toObject()!!["_meta"] as JsonObject
                        meta["io.modelcontextprotocol/clientCapabilities"].toString() shouldContain """"io.modelcontextprotocol/tasks":{}"""
                        server.requests[1].params!!.toObject()!!.containsKey("task") shouldBe false
                    }
                }
            }

            test("a state that says of itself to be a task is a state (AMB-09)") {
                runTest {
                    session(calls, states(created(task("completed", ""","result":$DONE""")))) { session, _ ->
                        session.callTool("t").text shouldBe "done"
                    }
                }
            }

            test("a tool that fails is a result, and a task that fails is the server's error") {
                runTest {
                    session(calls, states(task("completed", ""","result":{"content":[],"isError":true}"""))) { session, _ ->
                        session.callTool("t").isError shouldBe true
                    }
                    session(calls, states(task("failed", ""","error":{"code":-32603,"message":"broke"}"""))) { session, _ ->
                        shouldThrow<JsonRpcException> { session.callTool("t") }.error.code shouldBe -32603
                    }
                }
            }

            test("a task that the server cancels is an exception with its last state") {
                runTest {
                    session(calls, states(task("cancelled", ""","statusMessage":"shutting down""""))) { session, _ ->
                        val failure = shouldThrow<TaskCancelledException> { session.callTool("t") }
                        failure.task.taskId shouldBe "t1"
                        failure.message shouldContain "shutting down"
                    }
                }
            }

            test("what the task asks is answered, each key once (TASK-24)") {
                runTest {
                    val form = """{"message":"m","requestedSchema":{"type":"object","properties":{}}}"""
                    val asks = ""","inputRequests":{"k":{"method":"elicitation/create","params":$form}}"""
                    var asked = 0
                    session(
                        calls,
                        states(task("input_required", asks), task("input_required", asks), task("completed", ""","result":$DONE""")),
                        "tasks/update" to { """{"resultType":"complete"}""" },
                        configure = {
                            tasks()
                            elicitation {
                                asked++
                                ElicitationResult.accept(noArguments)
                            }
                        },
                    ) { session, server ->
                        session.callTool("t").text shouldBe "done"
                        asked shouldBe 1
                        val update = server.requests.single { it.method == "tasks/update" }.params!!.toObject()!!
                        update["taskId"] shouldBe JsonPrimitive("t1")
                        update["inputResponses"].toString() shouldBe """{"k":{"action":"accept","content":{}}}"""
                    }
                }
            }

            test("cancelling the caller cancels the task, and not by a notification (TASK-25)") {
                runTest {
                    session(calls, states(task("working")), "tasks/cancel" to { "{}" }) { session, server ->
                        val calling = launch { session.callTool("t") }
                        delay(700)
                        calling.cancelAndJoin()
                        server.requests.last().method shouldBe "tasks/cancel"
                        server.requests.last().params!!.toObject()!!["taskId"]!!.jsonPrimitive.content shouldBe "t1"
                        server.received.size shouldBe 0
                    }
                }
            }

            test("a task that takes longer than the absolute timeout is cancelled") {
                runTest {
                    session(calls, states(task("working")), "tasks/cancel" to { "{}" }) { session, server ->
                        val failure =
                            shouldThrow<RequestTimeoutException> {
                                session.callTool("t", noArguments, RequestOptions { absoluteTimeoutMillis(5_000) })
                            }
                        failure.deadline shouldBe "absolute"
                        currentTime shouldBe 5_000
                        server.methods.last() shouldBe "tasks/cancel"
                    }
                }
            }

            test("a task is awaited by its id, in another session, and one that is not known is refused") {
                runTest {
                    session(states(task("completed", ""","result":$DONE"""))) { session, server ->
                        session.awaitTask("t1").text shouldBe "done"
                        session.getTask("t1").isEnded shouldBe true
                        server.methods.contains("tools/call") shouldBe false
                    }
                    session { session, _ -> shouldThrow<JsonRpcException> { session.awaitTask("gone") } }
                }
            }

            test("the state is asked for again after a failure that may pass, and the task is not cancelled for it") {
                runTest {
                    var asked = 0
                    val flaky: Pair<String, suspend ServerCall.() -> String> =
                        "tasks/get" to {
                            if (asked++ < 2) throw passing()
                            task("completed", ""","result":$DONE""")
                        }
                    session(calls, flaky) { session, server ->
                        session.callTool("t").text shouldBe "done"
                        server.methods.contains("tasks/cancel") shouldBe false
                    }
                }
            }

            context("what is no task is a broken answer (TASK-21)") {
                withData(
                    nameFn = { it.first },
                    "a task nobody declared" to false,
                    "a task without an id" to true,
                ) { (_, declares) ->
                    runTest {
                        val answer = created(if (declares) """{"status":"working"}""" else task("working"))
                        session("tools/call" to { answer }, configure = { if (declares) tasks() }) { session, _ ->
                            shouldThrow<ProtocolException> { session.callTool("t") }
                        }
                    }
                }
                test("a task in answer to another method") {
                    runTest {
                        session("prompts/get" to { created(task("working")) }) { session, _ ->
                            shouldThrow<ProtocolException> { session.getPrompt("p") }
                        }
                    }
                }
                test("an end without a result") {
                    runTest {
                        session(calls, states(task("completed"))) { session, _ ->
                            shouldThrow<ProtocolException> { session.callTool("t") }
                        }
                    }
                }
            }
        }

        context("2025-11-25") {
            fun initialized(tasks: String): Pair<String, suspend ServerCall.() -> String> =
                "initialize" to { """{"protocolVersion":"2025-11-25","capabilities":{$tasks},"serverInfo":{"name":"s","version":"0"}}""" }

            val withTasks = """"tasks":{"requests":{"tools":{"call":{}}},"cancel":{}}"""

            fun tools(support: String): Pair<String, suspend ServerCall.() -> String> =
                "tools/list" to { """{"tools":[{"name":"t","inputSchema":{},"execution":{"taskSupport":"$support"}}]}""" }

            fun state(status: String) =
                """{"taskId":"t1","status":"$status",$DATES,"ttl":1000,"pollInterval":200}"""

            val calls: Pair<String, suspend ServerCall.() -> String> =
                "tools/call" to { if (params.containsKey("task")) """{"task":${state("working")}}""" else DONE }

            suspend fun TestScope.session(
                vararg answers: Pair<String, suspend ServerCall.() -> String>,
                block: suspend (McpSession, ScriptedServer) -> Unit,
            ) {
                val server = ScriptedServer(calls, "tasks/result" to { DONE }, *answers)
                McpClient.connect(server.transport(), options(ProtocolVersion.V2025_11_25)) { block(it, server) }
            }

            val asTask = RequestOptions { task(60_000) }

            test("a call becomes a task where server and tool have tasks, and its result is fetched at the end") {
                runTest {
                    var polls = 0
                    val states: suspend ServerCall.() -> String = { state(if (polls++ == 0) "working" else "completed") }
                    session(initialized(withTasks), tools("optional"), "tasks/get" to states) { session, server ->
                        session.listTools()
                        session.callTool("t", noArguments, asTask).text shouldBe "done"
                        server.methods.drop(2) shouldContainExactly listOf("tools/call", "tasks/get", "tasks/get", "tasks/result")
                        server.requests[2].params!!.toObject()!!["task"].toString() shouldBe """{"ttl":60000}"""
                        currentTime shouldBe 400
                    }
                }
            }

            test("a tool that can only be a task is one, unasked") {
                runTest {
                    session(initialized(withTasks), tools("required"), "tasks/get" to { state("completed") }) { session, server ->
                        session.listTools()
                        session.callTool("t").text shouldBe "done"
                        server.requests[2].params!!.toObject()!!["task"].toString() shouldBe "{}"
                    }
                }
            }

            context("a call is none where it must not be (TASK-01, TASK-02)") {
                withData(
                    nameFn = { "$it" },
                    withTasks to "forbidden",
                    "" to "required",
                    """"tasks":{"requests":{}}""" to "optional",
                ) { (capabilities, support) ->
                    runTest {
                        session(initialized(capabilities), tools(support)) { session, server ->
                            session.listTools()
                            session.callTool("t", noArguments, asTask).text shouldBe "done"
                            server.requests.last().params!!.toObject()!!.containsKey("task") shouldBe false
                        }
                    }
                }
            }

            test("progress goes on until the task has ended, and no longer (FEAT-35)") {
                runTest {
                    val states: suspend ServerCall.() -> String = {
                        send("""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":3,"progress":0.5}}""")
                        state("completed")
                    }
                    session(initialized(withTasks), tools("required"), "tasks/get" to states) { session, server ->
                        session.listTools()
                        val heard = mutableListOf<Double>()
                        session.callTool("t", noArguments, RequestOptions { onProgress { heard += it.progress } })
                        server.requests[2].params!!.toObject()!!["_meta"].toString() shouldBe """{"progressToken":3}"""
                        heard shouldContainExactly listOf(0.5)
                        session.getTask("t1")
                        heard.size shouldBe 1
                    }
                }
            }

            test("input is asked for on the stream of tasks/result, and answered for the task (TASK-05, TASK-07)") {
                runTest {
                    val asking: Pair<String, suspend ServerCall.() -> String> =
                        "tasks/result" to {
                            val meta = """{"io.modelcontextprotocol/related-task":{"taskId":"t1"}}"""
                            send("""{"jsonrpc":"2.0","id":"q","method":"ping","params":{"_meta":$meta}}""")
                            delay(10)
                            DONE
                        }
                    val waiting: Pair<String, suspend ServerCall.() -> String> = "tasks/get" to { state("input_required") }
                    session(initialized(withTasks), tools("required"), waiting, asking) { session, server ->
                        session.listTools()
                        session.callTool("t").text shouldBe "done"
                        val reply = server.received.filterIsInstance<JsonRpcResult>().single()
                        reply.result.text shouldBe """{"_meta":{"io.modelcontextprotocol/related-task":{"taskId":"t1"}}}"""
                    }
                }
            }
        }
    })

private fun passing() = UnreachableException("reset", FailureDetails(Phase.REQUEST, "memory:", "wait", isRetryable = true), null)
