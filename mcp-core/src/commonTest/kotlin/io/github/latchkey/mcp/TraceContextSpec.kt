package io.github.latchkey.mcp

import io.github.latchkey.mcp.transport.CallContext
import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.ExchangeContext
import io.github.latchkey.mcp.transport.Transport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonPrimitive

private const val PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
private const val OTHER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b8-00"

/** The trace of a call goes with it, in `_meta` and in headers (STL-89). */
class TraceContextSpec :
    FunSpec({
        class Watched(
            private val server: ScriptedServer,
        ) : Transport {
            var headers: Map<String, String> = emptyMap()
            override val endpoint = "memory:watched"

            override suspend fun open(scope: CoroutineScope, events: McpEvents): Connection {
                val inner = server.transport().open(scope, events)
                return object : Connection by inner {
                    override suspend fun exchange(
                        request: JsonRpcRequest,
                        context: ExchangeContext,
                        onRelated: suspend (JsonRpcMessage) -> Unit,
                    ): JsonRpcResponse {
                        headers = currentCoroutineContext()[CallContext]?.headers.orEmpty()
                        return inner.exchange(request, context, onRelated)
                    }
                }
            }
        }

        suspend fun traced(
            options: RequestOptions = RequestOptions.DEFAULT,
            find: (() -> TraceContext?)? = null,
            version: ProtocolVersion = ProtocolVersion.V2026_07_28,
        ): Pair<Map<String, String>, Map<String, String>> {
            val server = ScriptedServer(discovers, initializes(), "tools/call" to { "{}" })
            val transport = Watched(server)
            val client =
                ClientOptions {
                    eraMemory(EraMemory())
                    protocolVersions(listOf(version))
                    find?.let(::traceContext)
                }
            return McpClient.connect(transport, client) { session ->
                session.callTool("t", JsonObject(emptyMap()), options)
                val meta = server.requests.last().params!!.toObject()!!["_meta"] as? JsonObject
                val known = setOf("traceparent", "tracestate", "baggage")
                transport.headers to meta.orEmpty().filterKeys { it in known }.mapValues { it.value.jsonPrimitive.content }
            }
        }

        val expected = mapOf("traceparent" to PARENT)

        test("from the options of the call, from the coroutine context, from a function: in this order") {
            runTest {
                traced(RequestOptions { traceContext(TraceContext(PARENT)) }) shouldBe (expected to expected)
                withContext(TraceContext(PARENT)) { traced(find = { TraceContext(OTHER) }) } shouldBe (expected to expected)
                withContext(TraceContext(OTHER)) { traced(RequestOptions { traceContext(TraceContext(PARENT)) }) } shouldBe
                    (expected to expected)
                traced(find = { TraceContext(PARENT) }) shouldBe (expected to expected)
                traced(find = { null }) shouldBe (emptyMap<String, String>() to emptyMap())
            }
        }

        test("in the session era as well") {
            runTest { traced(find = { TraceContext(PARENT) }, version = ProtocolVersion.V2025_11_25) shouldBe (expected to expected) }
        }

        test("state and baggage go with it, beside the headers of the call") {
            runTest {
                val (headers, meta) =
                    withContext(CallContext(mapOf("X-Tenant" to "7"))) { traced(find = { TraceContext(PARENT, "a=b", "user=1") }) }
                headers shouldBe mapOf("traceparent" to PARENT, "tracestate" to "a=b", "baggage" to "user=1", "X-Tenant" to "7")
                meta shouldBe headers - "X-Tenant"
            }
        }

        context("what is no trace is refused") {
            withData(
                "x",
                "00-x-y-01",
                PARENT.uppercase(),
                PARENT.replace("4", "0").take(20),
                "ff" + PARENT.drop(2),
                "00-${"0".repeat(32)}-00f067aa0ba902b7-01",
            ) {
                shouldThrow<IllegalArgumentException> { TraceContext(it) }
            }
            test("a state with a line break") { shouldThrow<IllegalArgumentException> { TraceContext(PARENT, "a=b\r\nx: y") } }
        }
    })
