package io.github.latchkey.mcp.interop

import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.auth.AuthorizationFailedException
import io.github.latchkey.mcp.auth.AuthorizationGrant
import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.LoopbackPrompt
import io.github.latchkey.mcp.auth.MemoryTokenStore
import io.github.latchkey.mcp.auth.OAuthAuthorizer
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.http.HttpTransportOptions
import io.github.latchkey.mcp.http.StreamableHttpTransport
import io.github.latchkey.mcp.test.LoopbackServer
import io.github.latchkey.mcp.test.Protection
import io.github.latchkey.mcp.test.SampleTools
import io.github.latchkey.mcp.test.ScriptedMcpServer
import io.github.latchkey.mcp.test.mcpServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.delay
import kotlinx.serialization.json.put
import kotlin.time.Duration.Companion.seconds

/** An authorization server that we have not written: it registers nobody, sends no `iss`, and has pages that a person fills in. */
class SpringAuthorizationServerIT : FunSpec({
    lateinit var spring: SpringServer
    beforeSpec { spring = SpringServer.start() }
    afterSpec { spring.close() }

    fun ann(consents: Boolean = true) = FormBrowser(SpringServer.USER, SpringServer.PASSWORD, consents)

    fun code(browser: FormBrowser) = OAuthOptions.builder(LoopbackPrompt.builder().browser(browser).build())

    /** Calls tools of a server that takes the tokens of [spring], over the real transport. */
    suspend fun call(options: OAuthOptions, calls: suspend (suspend (String) -> String) -> Unit) {
        val server = SampleTools.addTo(ScriptedMcpServer.builder()).build()
        LoopbackServer.start({ mcpServer(server) }).use { loopback ->
            server.protection =
                Protection {
                    introspector(spring)
                    authorizationServers(spring.issuer)
                    SampleTools.protect(this)
                }
            val transport = StreamableHttpTransport(loopback.url + "/mcp", HttpTransportOptions { authorizer(OAuthAuthorizer(options)) })
            McpClient.connect(transport) { session ->
                calls { tool -> session.callTool(tool) { if (tool == "echo") put("text", "hello") }.text }
            }
            server.violations.shouldBeEmpty()
        }
    }

    test("a public client: login page, consent page, a step-up, and a new sign-in where there is no refresh token") {
        val browser = ann()
        call(code(browser).client(SpringServer.PUBLIC_CLIENT).build()) { tool ->
            tool("echo") shouldBe "hello"
            browser.forms shouldBe 2
            tool("erase") shouldBe "nothing was harmed"
            // Logged in already: only the new scope is asked for.
            browser.forms shouldBe 3
            delay(SpringServer.TOKEN_SECONDS.seconds)
            // Granted before: no page at all.
            tool("echo") shouldBe "hello"
            browser.forms shouldBe 3
        }
    }

    test("a confidential client, whose secret needs encoding, and whose refresh tokens are rotated") {
        val browser = ann()
        val store = MemoryTokenStore()
        val options = code(browser).client(SpringServer.CONFIDENTIAL_CLIENT, SpringServer.SECRET).tokenStore(store).build()
        call(options) { tool ->
            tool("echo") shouldBe "hello"
            val forms = browser.forms
            repeat(2) {
                delay(SpringServer.TOKEN_SECONDS.seconds)
                tool("echo") shouldBe "hello"
            }
            browser.forms shouldBe forms
        }
    }

    test("client credentials") {
        val grant = AuthorizationGrant.clientCredentials()
        call(OAuthOptions.builder(grant).client(SpringServer.CONFIDENTIAL_CLIENT, SpringServer.SECRET).build()) { tool ->
            tool("echo") shouldBe "hello"
            delay(SpringServer.TOKEN_SECONDS.seconds)
            tool("echo") shouldBe "hello"
        }
    }

    test("a person who refuses is not asked twice, and the reason reaches the caller") {
        val browser = ann(consents = false)
        // A client that this person has not consented to before.
        val failure =
            shouldThrow<AuthorizationFailedException> {
                call(code(browser).client(SpringServer.REFUSED_CLIENT).build()) { it("echo") }
            }
        failure.error shouldBe "access_denied"
        failure.step shouldBe AuthorizationStep.AUTHORIZATION
        browser.forms shouldBe 2
    }

    test("without a client there is nothing to be had from a server that registers none") {
        val browser = ann()
        val failure = shouldThrow<AuthorizationFailedException> { call(code(browser).build()) { it("echo") } }
        failure.step shouldBe AuthorizationStep.REGISTRATION
        failure.remedy shouldContain "client id"
        browser.forms shouldBe 0
    }

    test("a wrong secret") {
        val failure =
            shouldThrow<AuthorizationFailedException> {
                val grant = AuthorizationGrant.clientCredentials()
                call(OAuthOptions.builder(grant).client(SpringServer.CONFIDENTIAL_CLIENT, "another").build()) { it("echo") }
            }
        failure.error shouldBe "invalid_client"
    }
})
