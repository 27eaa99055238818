package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.EraMemory
import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.NotMcpException
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.UnauthorizedException
import io.github.latchkey.mcp.test.AnswerMode
import io.github.latchkey.mcp.test.LoopbackServer
import io.github.latchkey.mcp.test.Protection
import io.github.latchkey.mcp.test.ScriptedAnswer
import io.github.latchkey.mcp.test.ScriptedMcpServer
import io.github.latchkey.mcp.test.TokenInfo
import io.github.latchkey.mcp.test.ToolResults
import io.github.latchkey.mcp.test.mcpServer
import io.github.latchkey.mcp.transport.BearerToken
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.ktor.server.testing.testApplication

/** The client of mcp-core over this transport, in memory where that is enough. */
class ClientSpec : FunSpec({
    for (revision in listOf("2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26")) {
        test("connects to a server of $revision that answers as JSON, lists and leaves") {
            val server = server(revision, AnswerMode.JSON)
            serve(server) { url, configure -> connectAndList(url, revision, configure) }
            server.assertNoViolations()
            if (revision != "2026-07-28") server.requests.last().method shouldBe "DELETE"
        }

        for (engine in ENGINES) {
            test("connects to a server of $revision that answers as event streams, on $engine") {
                val server = server(revision, AnswerMode.SSE)
                LoopbackServer.start({ mcpServer(server) }).use { connectAndList("${it.url}/mcp", revision) { on(engine) } }
                server.assertNoViolations()
            }
        }
    }

    test("a protected server is reported in one round trip") {
        val server = ScriptedMcpServer { protection(protection()) }
        serve(server) { url, configure ->
            val failure = shouldThrow<UnauthorizedException> { connect(url, configure) }
            failure.challenges.single().scheme shouldBe "Bearer"
        }
        server.requests.size shouldBe 1
    }

    test("a protected server lets a token in") {
        val server = ScriptedMcpServer { protection(protection()) }
        serve(server) { url, configure ->
            connect(url) {
                configure()
                authorizer(BearerToken("good"))
            }
        }
        server.assertNoViolations()
    }

    test("a web page is not MCP") {
        val server = ScriptedMcpServer { }
        server.answerAlways(ScriptedAnswer.html())
        serve(server) { url, configure -> shouldThrow<NotMcpException> { connect(url, configure) } }
    }

    test("a failing server is not asked about other revisions") {
        val server = ScriptedMcpServer { }
        server.answerAlways(ScriptedAnswer.of(503))
        serve(server) { url, configure -> shouldThrow<McpException> { connect(url, configure) }.status shouldBe 503 }
        server.requests.size shouldBe 1
    }
})

private suspend fun connectAndList(url: String, revision: String, configure: HttpTransportOptions.Builder.() -> Unit) =
    McpClient.connect(StreamableHttpTransport(url, HttpTransportOptions(configure)), options()) { session ->
        session.protocolVersion shouldBe ProtocolVersion.find(revision)
        session.listTools().map { it.name } shouldBe listOf("echo")
    }

private fun options() = ClientOptions { eraMemory(EraMemory()) }

private suspend fun connect(url: String, configure: HttpTransportOptions.Builder.() -> Unit) =
    McpClient.connect(StreamableHttpTransport(url, HttpTransportOptions(configure)), options()) { }

private fun server(revision: String, mode: AnswerMode) =
    ScriptedMcpServer {
        revisions(revision)
        answerMode(mode)
        tool("echo") { arguments, _ -> ToolResults.structured(arguments) }
    }

private fun protection() = Protection { acceptedTokens(mapOf("good" to TokenInfo("client"))) }

/** Serves [server] in memory and runs [block] with its URL and the options that reach it. */
private suspend fun serve(server: ScriptedMcpServer, block: suspend (String, HttpTransportOptions.Builder.() -> Unit) -> Unit) =
    testApplication {
        application { mcpServer(server) }
        block("http://localhost/mcp") { engine(client.engine) }
    }
