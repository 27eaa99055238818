package io.github.latchkey.mcp.transport

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.JsonRpcResult
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.WarningEvent
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest

private val CONTEXT = ExchangeContext(ProtocolVersion.V2025_11_25, Phase.REQUEST)

private fun message(json: String) = JsonRpcMessage.parse(json)

private fun request(id: Int) = message("""{"jsonrpc":"2.0","id":$id,"method":"ping"}""") as JsonRpcRequest

private fun result(id: String) = message("""{"jsonrpc":"2.0","id":$id,"result":{}}""")

/** Exchanges over a pipe that they share. */
@OptIn(ExperimentalCoroutinesApi::class)
class PendingRequestsSpec : FunSpec({
    class Pipe {
        val warnings = mutableListOf<String>()
        val written = mutableListOf<JsonRpcMessage>()
        val cancelled = mutableListOf<JsonRpcRequest>()
        val pending =
            PendingRequests(
                McpEvents { if (it is WarningEvent) warnings += it.message },
                { message, _ -> written += message },
                { request, _ -> cancelled += request },
            )

        suspend fun exchange(id: Int) = pending.exchange(request(id), CONTEXT) {}
    }

    test("each call gets its own response, in whatever order they come (RPC-04)") {
        runTest {
            val pipe = Pipe()
            val calls = List(3) { async { pipe.exchange(it) } }
            runCurrent()
            for (id in listOf(2, 0, 1)) pipe.pending.dispatch(result("$id"))
            calls.map { it.await().id.toString() } shouldContainExactly listOf("0", "1", "2")
            pipe.cancelled.shouldBeEmpty()
        }
    }

    test("a response whose id is of another type is nobody's (RPC-04)") {
        runTest {
            val pipe = Pipe()
            val call = async { pipe.exchange(7) }
            runCurrent()
            pipe.pending.dispatch(result("\"7\""))
            runCurrent()
            call.isCompleted shouldBe false
            pipe.pending.dispatch(result("7"))
            call.await().shouldBeInstanceOf<JsonRpcResult>()
            pipe.warnings.size shouldBe 1
        }
    }

    test("a response to a call that was cancelled is told and left out, and the next call has its own (HTTP-69)") {
        runTest {
            val pipe = Pipe()
            val call = launch { pipe.exchange(1) }
            runCurrent()
            call.cancelAndJoin()
            pipe.cancelled.map { it.id.toString() } shouldContainExactly listOf("1")
            val next = async { pipe.exchange(2) }
            runCurrent()
            pipe.pending.dispatch(result("1"))
            pipe.pending.dispatch(result("2"))
            next.await().id.toString() shouldBe "2"
            pipe.warnings shouldContainExactly listOf("a response to a request that nobody waits for (id 1)")
        }
    }

    test("an error without an id is nobody's (RPC-07)") {
        runTest {
            val pipe = Pipe()
            pipe.pending.dispatch(message("""{"jsonrpc":"2.0","error":{"code":-32700,"message":"what?"}}"""))
            pipe.warnings.size shouldBe 1
        }
    }

    context("a notification that makes no sense fails nobody, and goes to whoever tells of it") {
        withData(
            """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":nul}}""",
            """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":{}}}""",
            """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"\x"}}""",
            """{"jsonrpc":"2.0","method":"x","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":tru}}}""",
        ) { text ->
            runTest {
                val pipe = Pipe()
                val call = async { pipe.exchange(1) }
                val heard = mutableListOf<JsonRpcMessage>()
                val listener = launch { pipe.pending.listen { heard += it } }
                runCurrent()
                pipe.pending.dispatch(message(text))
                pipe.pending.dispatch(result("1"))
                call.await().shouldBeInstanceOf<JsonRpcResult>()
                heard.size shouldBe 1
                listener.cancelAndJoin()
            }
        }
    }

    test("the end of the pipe fails every call that waits, and every later one, with its reason") {
        runTest {
            val pipe = Pipe()
            val reason = UnreachableException("gone", FailureDetails(Phase.REQUEST, null, "-"), cause = null)
            supervisorScope {
                val calls = List(3) { async { pipe.exchange(it) } }
                runCurrent()
                pipe.pending.fail(reason)
                calls.forEach { shouldThrow<UnreachableException> { it.await() }.message shouldBe "gone" }
            }
            shouldThrow<UnreachableException> { pipe.exchange(9) }.message shouldBe "gone"
            pipe.written.size shouldBe 3
            pipe.cancelled.shouldBeEmpty()
        }
    }
})
