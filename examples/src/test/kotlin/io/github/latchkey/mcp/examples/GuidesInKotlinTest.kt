package io.github.latchkey.mcp.examples

import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.clients.McpClients
import io.github.latchkey.mcp.http.StreamableHttpTransport
import io.github.latchkey.mcp.test.LoopbackServer
import io.github.latchkey.mcp.test.ProtectedMcpServer
import io.github.latchkey.mcp.test.SampleTools
import io.github.latchkey.mcp.test.ScriptedMcpServer
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** What the guides show for Kotlin works. */
class GuidesInKotlinTest {
    private val tools = listOf("echo", "add", "count", "erase")

    private fun served(block: suspend (String) -> Unit) {
        LoopbackServer.start(SampleTools.addTo(ScriptedMcpServer.builder()).build()).use { runBlocking { block("${it.url}/mcp") } }
    }

    @Test
    fun connectingAndCalling() = served { url ->
        assertEquals(tools, Guides.connect(url))
        runBlocking { Guides.open(url, this) }
        McpClient.connect(StreamableHttpTransport(url)) { session ->
            assertEquals("hello", Guides.call(session))
            assertEquals(5.0, Guides.add(session))
            assertEquals("counted to 3", Guides.progress(session).text)
        }
    }

    @Test
    fun manyServers() = served { url ->
        val file = """{"mcpServers":{"sample":{"url":"$url"},"down":{"url":"http://127.0.0.1:1/mcp"}}}"""
        assertEquals(tools.map { "sample__$it" }, Guides.many(file))
        McpClients.connect({ server("sample", StreamableHttpTransport(url)) }) { group ->
            assertEquals("hi", Guides.route(group, "sample__echo", buildJsonObject { put("text", "hi") }))
        }
    }

    @Test
    fun failuresAreToldApart() {
        ProtectedMcpServer.start().use { server ->
            assertTrue(runBlocking { Guides.failures(server.url) }.startsWith("sign in first"))
        }
        assertTrue(runBlocking { Guides.failures("http://127.0.0.1:1/mcp") }.startsWith("not there"))
    }

    @Test
    fun testing() {
        assertEquals(tools, runBlocking { Guides.test() })
    }
}
