package io.github.latchkey.mcp.examples

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

/** Connects to the server at [url], signing in with [browser] if it asks for that, and calls its tool `echo`. */
suspend fun callATool(url: String, browser: BrowserLauncher): String {
    // README: begin
    val prompt = LoopbackPrompt.builder().browser(browser).build()
    val authorizer = OAuthAuthorizer(OAuthOptions.builder(prompt).clientName("My agent").build())
    val transport = StreamableHttpTransport(url, HttpTransportOptions { authorizer(authorizer) })

    return McpClient.connect(transport) { session ->
        println(session.listTools().map { it.name })
        session.callTool("echo") { put("text", "hello") }.text
    }
    // README: end
}

fun main(arguments: Array<String>) {
    try {
        println(runBlocking { callATool(arguments.single(), BrowserLauncher.system()) })
    } catch (e: McpException) {
        println("${e.code}: ${e.message}")
        println(e.remedy)
    }
}
