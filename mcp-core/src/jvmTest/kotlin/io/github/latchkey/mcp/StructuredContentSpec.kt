package io.github.latchkey.mcp

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.put

/** Structured results: as values, and against their schemas (FEAT-04 to FEAT-14). */
class StructuredContentSpec :
    FunSpec({
        @Serializable
        class Weather(
            val degrees: Double,
            val sky: String? = null,
        )

        fun result(structured: String) = """{"content":[{"type":"text","text":"t"}],"structuredContent":$structured}"""

        suspend fun session(
            result: String,
            schema: String? = null,
            validation: OutputValidation? = null,
            warnings: MutableList<String> = mutableListOf(),
            block: suspend (McpSession) -> Unit,
        ) {
            val output = schema?.let { ""","outputSchema":$it""" }.orEmpty()
            val server =
                ScriptedServer(
                    discovers,
                    "tools/list" to { """{"tools":[{"name":"weather","inputSchema":{}$output}]}""" },
                    "tools/call" to { result },
                )
            val options =
                ClientOptions {
                    eraMemory(EraMemory())
                    events { if (it is WarningEvent) warnings += it.message }
                    validation?.let { outputValidation(it, JsonSchemaValidator()) }
                }
            McpClient.connect(server.transport(), options) { block(it) }
        }

        context("a result as a value") {
            test("structured content is decoded, unknown members left aside") {
                runTest {
                    session(result("""{"degrees":21.5,"sky":"blue","wind":3}""")) { session ->
                        session.callTool<Weather>("weather").degrees shouldBe 21.5
                        session.callTool<Weather>("weather") { put("city", "Bern") }.sky shouldBe "blue"
                        session.callTool("weather").structured<Map<String, kotlinx.serialization.json.JsonElement>>().keys.size shouldBe 3
                    }
                    session(result("[1,2]")) { it.callTool<List<Int>>("weather") shouldBe listOf(1, 2) }
                    session(result("null")) { it.callTool<Weather?>("weather") shouldBe null }
                }
            }

            test("a tool that failed is an exception here, with its result") {
                runTest {
                    session("""{"content":[{"type":"text","text":"no such city"}],"isError":true}""") { session ->
                        val failure = shouldThrow<ToolFailedException> { session.callTool<Weather>("weather") }
                        failure.code shouldBe ErrorCode.TOOL_FAILED
                        failure.result.text shouldBe "no such city"
                        session.callTool("weather").isError shouldBe true
                    }
                }
            }

            test("no structured content, or other, is a broken result") {
                runTest {
                    session("""{"content":[]}""") { shouldThrow<ProtocolException> { it.callTool<Weather>("weather") } }
                    session(result("""{"degrees":"warm"}""")) { shouldThrow<ProtocolException> { it.callTool<Weather>("weather") } }
                }
            }
        }

        context("a result against its schema") {
            val schema = """{"type":"object","properties":{"degrees":{"type":"number"}},"required":["degrees"]}"""

            test("what fits is returned") {
                runTest {
                    session(result("""{"degrees":1}"""), schema, OutputValidation.STRICT) {
                        it.listTools()
                        it.callTool("weather").structuredContent!!.text shouldBe """{"degrees":1}"""
                    }
                }
            }

            context("what does not fit") {
                withData(
                    nameFn = { "${it.second}: ${it.first}" },
                    Triple(schema, result("""{"degrees":"warm"}"""), "degrees"),
                    Triple(schema, result("{}"), "degrees"),
                    Triple(schema, """{"content":[]}""", "no structured content"),
                    Triple("""{"${'$'}schema":"http://example.com/mine"}""", result("{}"), "cannot be used"),
                    Triple("""{"${'$'}ref":"https://127.0.0.1:1/x.json"}""", result("{}"), "does not fit"),
                    Triple("""{"type":17}""", result("{}"), "cannot be used"),
                    Triple(
                        """{"${'$'}schema":"http://json-schema.org/draft-07/schema#","items":[{"type":"string"}]}""",
                        result("[1]"),
                        "does not fit",
                    ),
                    Triple("""{"prefixItems":[{"type":"string"}]}""", result("[1]"), "does not fit"),
                    Triple("""{"type":"object"}""", result("null"), "does not fit"),
                ) { (broken, answer, word) ->
                    runTest {
                        session(answer, broken, OutputValidation.STRICT) {
                            it.listTools()
                            shouldThrow<ProtocolException> { it.callTool("weather") }.message shouldContain word
                        }
                        val warnings = mutableListOf<String>()
                        session(answer, broken, OutputValidation.WARN, warnings) {
                            it.listTools()
                            it.callTool("weather")
                        }
                        warnings.single() shouldContain word
                    }
                }
            }

            test("nothing is checked of a tool that was not listed, of one that failed, and by default") {
                runTest {
                    val warnings = mutableListOf<String>()
                    session(result("{}"), schema, OutputValidation.STRICT, warnings) { it.callTool("weather") }
                    session("""{"content":[],"isError":true}""", schema, OutputValidation.STRICT, warnings) {
                        it.listTools()
                        it.callTool("weather")
                    }
                    session(result("{}"), schema, validation = null, warnings) {
                        it.listTools()
                        it.callTool("weather")
                    }
                    warnings.shouldBeEmpty()
                }
            }

            test("a schema that refers to itself in depth is no end of the stack") {
                runTest {
                    val deep = "[".repeat(300) + "]".repeat(300)
                    session(result(deep), """{"items":{"${'$'}ref":"#"}}""", OutputValidation.STRICT) {
                        it.listTools()
                        it.callTool("weather")
                    }
                }
            }
        }
    })
