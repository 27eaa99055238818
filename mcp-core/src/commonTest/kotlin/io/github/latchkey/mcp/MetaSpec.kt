package io.github.latchkey.mcp

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonObject

/** `_meta` of the application (STL-90, RPC-09). */
class MetaSpec :
    FunSpec({
        test("what the options name goes out beside what MCP puts there, and what the server puts there comes back") {
            runTest {
                val server = ScriptedServer(discovers, "tools/call" to { """{"content":[],"_meta":{"com.example/back":[1]}}""" })
                McpClient.connect(server.transport(), ClientOptions { eraMemory(EraMemory()) }) { session ->
                    val options = RequestOptions { meta("com.example/tenant", RawJson.parse("""{"id":7}""")) }
                    val result = session.callTool("t", JsonObject(emptyMap()), options)
                    result.meta!!.text shouldBe """{"com.example/back":[1]}"""
                    val sent = server.requests.last().params!!.toObject()!!["_meta"] as JsonObject
                    sent["com.example/tenant"].toString() shouldBe """{"id":7}"""
                    sent.containsKey("io.modelcontextprotocol/protocolVersion") shouldBe true
                }
            }
        }

        context("keys that an application may use") {
            withData("name", "a.b_c-d", "com.example/x", "a/b", "dev.my-org.x/k1", "mcp.example/x", "mcp/x") {
                RequestOptions { meta(it, RawJson.parse("1")) }.meta.keys shouldBe setOf(it)
            }
        }

        context("keys that it may not") {
            withData("-x", "x-", "com..example/x", "1com/x", "com.example/", "io.modelcontextprotocol/x", "dev.mcp/x", "a b", "com-.x/y") {
                shouldThrow<IllegalArgumentException> { RequestOptions { meta(it, RawJson.parse("1")) } }
            }
        }
    })
