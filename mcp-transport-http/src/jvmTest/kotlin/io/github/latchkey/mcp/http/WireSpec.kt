package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.test.LoopbackServer
import io.github.latchkey.mcp.test.ScriptedMcpServer
import io.github.latchkey.mcp.test.mcpServer
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Paths

/**
 * With the specification's schemas, which the system property `latchkey.spec` leads to, scripted servers look at every message that the
 * tests of this project send. This is the proof that they look; without the schemas it is skipped.
 */
class WireSpec :
    FunSpec({
        val folder = System.getProperty("latchkey.spec")

        test("a message that does not fit its schema is a violation").config(enabled = folder != null) {
            val server = ScriptedMcpServer { schemas(Paths.get(folder)) }
            LoopbackServer.start({ mcpServer(server) }).use { loopback ->
                val body = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":7}}"""
                val request =
                    HttpRequest
                        .newBuilder(URI("${loopback.url}/mcp"))
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, text/event-stream")
                        .header("MCP-Protocol-Version", "2025-11-25")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build()
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build().send(request, BodyHandlers.discarding())
            }
            server.violations.filter { "not a CallToolRequest of 2025-11-25" in it }.map { it.substringBefore(':') } shouldContain
                "POST /mcp"
        }
    })
