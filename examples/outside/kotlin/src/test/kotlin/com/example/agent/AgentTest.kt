package com.example.agent

import io.github.latchkey.mcp.auth.AuthorizationUrl
import io.github.latchkey.mcp.test.Consent
import io.github.latchkey.mcp.test.ProtectedMcpServer
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers

class AgentTest {
    private val agent = Agent(::browse)

    @Test
    fun `signs in and calls`() {
        ProtectedMcpServer.start().use { server ->
            assertTrue(runBlocking { agent.run(server.url) })
            server.server.assertNoViolations()
        }
    }

    @Test
    fun `ends when the person declines`() {
        ProtectedMcpServer.start().use { server ->
            server.authorizationServer.consent = Consent.DENY
            assertFalse(runBlocking { agent.run(server.url) })
        }
    }
}

/** Stands in for a person's browser, which follows the redirects. The servers of the test kit speak HTTP/1.1 alone. */
private fun browse(url: AuthorizationUrl) {
    val browser = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NORMAL).build()
    browser.send(HttpRequest.newBuilder(URI(url.value)).build(), BodyHandlers.discarding())
}
