package io.github.latchkey.mcp.interop

import io.github.latchkey.mcp.AudioContent
import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.CompletionReference
import io.github.latchkey.mcp.ElicitationResult
import io.github.latchkey.mcp.EmbeddedResource
import io.github.latchkey.mcp.EraMemory
import io.github.latchkey.mcp.FormElicitation
import io.github.latchkey.mcp.ImageContent
import io.github.latchkey.mcp.JsonRpcException
import io.github.latchkey.mcp.JsonSchemaValidator
import io.github.latchkey.mcp.LoggingLevel
import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.McpSession
import io.github.latchkey.mcp.OutputValidation
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.RequestOptions
import io.github.latchkey.mcp.ResourceLink
import io.github.latchkey.mcp.Root
import io.github.latchkey.mcp.SamplingResult
import io.github.latchkey.mcp.ServerNotification
import io.github.latchkey.mcp.SubscriptionFilter
import io.github.latchkey.mcp.UrlElicitation
import io.github.latchkey.mcp.callTool
import io.github.latchkey.mcp.http.HttpTransportOptions
import io.github.latchkey.mcp.http.StreamableHttpTransport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.onEach
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

/** Every feature of the reference server, which speaks the session era, from Kotlin. */
class EverythingIT : FunSpec({
    lateinit var server: EverythingServer
    beforeSpec { server = EverythingServer.start() }
    afterSpec { server.close() }

    val visited = mutableListOf<String>()

    val client =
        ClientOptions {
            eraMemory(EraMemory())
            outputValidation(OutputValidation.STRICT, JsonSchemaValidator())
            roots { listOf(Root("file:///srv/project", "project")) }
            sampling { SamplingResult("assistant", RawJson.parse("""{"type":"text","text":"forty-two"}"""), "a-model") }
            elicitation(withUrls = true) { request ->
                when (request) {
                    is FormElicitation -> ElicitationResult.accept(answers(request))
                    is UrlElicitation -> ElicitationResult.accept().also { visited += request.url }
                }
            }
        }

    suspend fun <T> session(block: suspend (McpSession) -> T): T =
        McpClient.connect(StreamableHttpTransport(server.url, HttpTransportOptions { serverStream(true) }), client, block)

    test("lists its tools, those for handlers too, its resources, templates and prompts") {
        session { session ->
            val tools = session.listTools().map { it.name }
            tools shouldContainAll listOf("echo", "get-sum", "get-roots-list", "trigger-sampling-request", "trigger-elicitation-request")
            tools shouldContain "trigger-url-elicitation"
            session.listResources().map { it.uri } shouldContain DOCUMENT
            session.listResourceTemplates().map { it.uriTemplate } shouldContain "demo://resource/dynamic/text/{resourceId}"
            session.listPrompts().map { it.name } shouldContainAll
                listOf("simple-prompt", "args-prompt", "completable-prompt", "resource-prompt")
            session.server.instructions.orEmpty() shouldStartWith "#"
            session.ping()
        }
    }

    test("tools answer with text, pictures, links, resources and annotations") {
        session { session ->
            session.callTool("echo") { put("message", "hi") }.text shouldBe "Echo: hi"
            session.callTool("get-sum") {
                put("a", 2)
                put("b", 40)
            }.text shouldBe "The sum of 2 and 40 is 42."
            session.callTool("get-tiny-image").content.filterIsInstance<ImageContent>().single().mimeType shouldBe "image/png"
            session.callTool("get-tiny-image").content.filterIsInstance<AudioContent>().size shouldBe 0
            session.callTool("get-resource-links") { put("count", 3) }.content.filterIsInstance<ResourceLink>().size shouldBe 3
            val embedded =
                session.callTool("get-resource-reference") {
                    put("resourceType", "Text")
                    put("resourceId", 1)
                }
            embedded.content.filterIsInstance<EmbeddedResource>().single().resource.uri shouldStartWith "demo://resource/dynamic/text/1"
            val annotated = session.callTool("get-annotated-message") { put("messageType", "error") }.content.first().annotations
            annotated!!.toObject()!!["priority"] shouldBe JsonPrimitive(1)
            session.callTool("get-env").isError shouldBe false
            session.callTool("gzip-file-as-resource") {
                put("name", "a.txt.gz")
                put("data", "data:text/plain,hello")
                put("outputType", "resource")
            }.isError shouldBe false
        }
    }

    test("structured content fits its schema and is a value") {
        @Serializable
        class Weather(
            val temperature: Double,
            val conditions: String,
            val humidity: Double,
        )
        session { session ->
            session.listTools()
            session.callTool<Weather>("get-structured-content") { put("location", "Chicago") }.conditions shouldBe "Light rain / drizzle"
        }
    }

    test("wrong arguments are the tool's error, an unknown tool is one as well") {
        session { session ->
            session.callTool("get-sum") { put("a", "two") }.isError shouldBe true
            session.callTool("no-such-tool").isError shouldBe true
        }
    }

    test("progress is heard, in order") {
        session { session ->
            val heard = mutableListOf<Double>()
            val arguments = buildJsonObject {
                put("duration", 1)
                put("steps", 4)
            }
            session.callTool("trigger-long-running-operation", arguments, RequestOptions { onProgress { heard += it.progress } })
            heard shouldContainExactly listOf(1.0, 2.0, 3.0, 4.0)
        }
    }

    test("resources are read, prompts filled in, arguments completed") {
        session { session ->
            session.readResource(DOCUMENT).contents.single().text!! shouldStartWith "# Everything Server"
            session.readResource("demo://resource/dynamic/blob/1").contents.single().blob!!.isNotEmpty() shouldBe true
            shouldThrow<JsonRpcException> { session.readResource("demo://resource/none") }
            session.getPrompt("args-prompt", mapOf("city" to "Bern")).messages.single().role shouldBe "user"
            val prompt = CompletionReference.prompt("completable-prompt")
            session.complete(prompt, "department", "Eng").completion.values shouldBe listOf("Engineering")
            session.complete(prompt, "name", "", mapOf("department" to "Engineering")).completion.values.isNotEmpty() shouldBe true
            val template = CompletionReference.resource("demo://resource/dynamic/text/{resourceId}")
            session.complete(template, "resourceId", "1").completion.values shouldBe listOf("1")
        }
    }

    test("the server asks for roots, the model and the person, and each is answered") {
        session { session ->
            session.callTool("get-roots-list").text shouldContain "file:///srv/project"
            session.callTool("trigger-sampling-request") { put("prompt", "why?") }.text shouldContain "forty-two"
            session.callTool("trigger-elicitation-request").text shouldContain "Ada"
            visited.clear()
            session.callTool("trigger-url-elicitation") {
                put("url", "https://example.com/consent")
                put("message", "agree")
            }
            visited shouldContainExactly listOf("https://example.com/consent")
        }
    }

    test("a page that has to be visited first is named by the error, and the call works after it") {
        session { session ->
            val arguments = buildJsonObject {
                put("url", "https://example.com/again")
                put("message", "agree")
                put("errorPath", true)
            }
            val refused = shouldThrow<JsonRpcException> { session.callTool("trigger-url-elicitation", arguments) }
            refused.error.code shouldBe -32042
            refused.error.data!!.text shouldContain "https://modelcontextprotocol.io"
            session.callTool("trigger-url-elicitation", arguments).isError shouldBe false
        }
    }

    test("log messages come at the level that was asked for") {
        session { session ->
            session.setLoggingLevel(LoggingLevel.DEBUG)
            coroutineScope {
                val logged = async {
                    session.notifications.filterIsInstance<ServerNotification.Log>().first {
                        "message" in
                            it.message.data.text
                    }
                }
                session.callTool("toggle-simulated-logging")
                logged.await().message.data.text shouldContain "message"
                session.callTool("toggle-simulated-logging")
            }
        }
    }

    test("changes of a resource are told to who subscribed to it") {
        session { session ->
            val told =
                session
                    .subscribe(SubscriptionFilter { resource(DOCUMENT) })
                    .onEach { if (it is ServerNotification.Subscribed) session.callTool("toggle-subscriber-updates") }
                    .filterIsInstance<ServerNotification.ResourceUpdated>()
                    .first()
            told.uri shouldBe DOCUMENT
            session.callTool("toggle-subscriber-updates")
        }
    }

    test("a tool that is a task is waited for, and asks the person in between") {
        session { session ->
            session.listTools()
            val states = mutableListOf<String>()
            val arguments = buildJsonObject {
                put("topic", "python")
                put("ambiguous", true)
            }
            val result = session.callTool("simulate-research-query", arguments, RequestOptions { onTask { states += it.status } })
            result.text shouldStartWith "# Research Report: python ("
            states.first() shouldBe "working"
            states.last() shouldBe "input_required"
        }
    }
}) {
    private companion object {
        const val DOCUMENT = "demo://resource/static/document/architecture.md"

        /** A name, and the first of every choice without a default. */
        fun answers(form: FormElicitation): JsonObject {
            val properties = form.requestedSchema.toObject()!!["properties"] as JsonObject
            return buildJsonObject {
                if ("name" in properties) put("name", "Ada")
                val choice = (properties["interpretation"] as? JsonObject)?.get("oneOf") as? JsonArray
                (choice?.first() as? JsonObject)?.get("const")?.let { put("interpretation", it) }
            }
        }
    }
}
