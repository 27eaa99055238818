package com.example.agent

import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.auth.BrowserLauncher
import io.github.latchkey.mcp.auth.LoopbackPrompt
import io.github.latchkey.mcp.auth.OAuthAuthorizer
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.http.HttpTransportOptions
import io.github.latchkey.mcp.http.StreamableHttpTransport
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.put
import kotlin.system.exitProcess

/** Signs in to an MCP server, lists its tools and calls `add`. */
class Agent(private val browser: BrowserLauncher) {
    /** Whether all went well. */
    suspend fun run(url: String): Boolean =
        try {
            McpClient.connect(transport(url)) { session ->
                println("tools: " + session.listTools().joinToString { it.name })
                val sum =
                    session.callTool("add") {
                        put("a", 2)
                        put("b", 40)
                    }
                println("add: ${sum.text}")
            }
            true
        } catch (e: McpException) {
            println("${e.code}: ${e.message}")
            println("remedy: ${e.remedy}")
            false
        }

    private fun transport(url: String): StreamableHttpTransport {
        val prompt = LoopbackPrompt.builder().browser(browser).build()
        val authorizer = OAuthAuthorizer(OAuthOptions.builder(prompt).clientName("Agent").build())
        return StreamableHttpTransport(url, HttpTransportOptions { authorizer(authorizer) })
    }
}

fun main(arguments: Array<String>) {
    val well = runBlocking { Agent(BrowserLauncher.system()).run(arguments.single()) }
    exitProcess(if (well) 0 else 1)
}
