package io.github.latchkey.mcp.interop

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.EraMemory
import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.auth.AuthorizationFailedException
import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.FileTokenStore
import io.github.latchkey.mcp.auth.LoopbackPrompt
import io.github.latchkey.mcp.auth.OAuthAuthorizer
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.auth.SignIns
import io.github.latchkey.mcp.http.HttpTransportOptions
import io.github.latchkey.mcp.http.StreamableHttpTransport
import io.github.latchkey.mcp.test.AuthorizationServer
import io.github.latchkey.mcp.test.AuthorizationServer.Endpoint
import io.github.latchkey.mcp.test.ProtectedMcpServer
import io.github.latchkey.mcp.test.SampleTools
import io.github.latchkey.mcp.test.ScriptedAnswer
import io.github.latchkey.mcp.test.ScriptedMcpServer
import io.github.latchkey.mcp.transport.CallContext
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotBeBlank
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.nio.file.Files
import java.nio.file.Path
import kotlin.time.Duration.Companion.seconds

/**
 * What is no answer to any step of a sign-in, over sockets: it fails with the step, the address, what was expected and what to do, whatever it is; and who was
 * signed in before still is.
 */
class BadAnswersIT : FunSpec({
    context("what is no document") {
        withData(nameFn = { it.name }, Document.entries) { document ->
            withData(nameFn = { it.first }, NO_DOCUMENTS) { (_, answer) ->
                test("fails the step") { fails(tempdir().toPath(), document) { document.give(it, answer) } }
            }
            test("a redirect to itself fails the step") {
                fails(tempdir().toPath(), document) { server ->
                    document.give(server, ScriptedAnswer.of(307).withHeader("Location", document.url(server)))
                }
            }
        }
    }

    context("a document with wrong members") {
        class Case(
            val name: String,
            val document: Document,
            val step: AuthorizationStep = document.step,
            val body: (ProtectedMcpServer) -> String,
        )
        withData(
            nameFn = { "${it.document.name}: ${it.name}" },
            Case("authorization_servers is a string", Document.RESOURCE_METADATA) {
                """{"resource":"${it.url}","authorization_servers":"${it.issuer}"}"""
            },
            Case("resource is a number", Document.RESOURCE_METADATA) { """{"resource":7,"authorization_servers":["${it.issuer}"]}""" },
            Case("http where https is due", Document.RESOURCE_METADATA, AuthorizationStep.SERVER_METADATA) {
                """{"resource":"${it.url}","authorization_servers":["http://93.184.216.34"]}"""
            },
            Case("token_endpoint is an object", Document.SERVER_METADATA) { metadata(it, """"token_endpoint":{}""") },
            Case("http where https is due", Document.SERVER_METADATA, AuthorizationStep.TOKEN) {
                metadata(it, """"token_endpoint":"http://93.184.216.34/token"""")
            },
            Case("an issuer with a slash more", Document.SERVER_METADATA) {
                metadata(it, """"token_endpoint":"${it.issuer}/token"""", "/")
            },
            Case("no client_id", Document.REGISTRATION) { """{"client_name":"x"}""" },
            Case("no access_token", Document.TOKEN) { """{"token_type":"Bearer","expires_in":3600}""" },
            Case("access_token is a number", Document.TOKEN) { """{"access_token":5,"token_type":"Bearer"}""" },
            Case("an unknown token_type", Document.TOKEN) { """{"access_token":"t","token_type":"mac"}""" },
            Case("no token_type", Document.TOKEN) { """{"access_token":"t"}""" },
        ) { case ->
            fails(tempdir().toPath(), case.document, case.step) { case.document.give(it, ScriptedAnswer.json(200, case.body(it))) }
        }
    }

    test("a token answer to a refresh that is none: the grant is as it was, and good for the next call") {
        withStage(tempdir().toPath()) { stage ->
            stage.call("ann")
            val before = Files.readString(stage.file)
            for ((name, answer) in NO_DOCUMENTS) {
                stage.server.authorizationServer.expireAccessTokens()
                Document.TOKEN.give(stage.server, answer)
                withClue(name) {
                    val failure = shouldThrow<AuthorizationFailedException> { stage.call("ann") }
                    failure.step shouldBe AuthorizationStep.REFRESH
                    Files.readString(stage.file) shouldBe before
                }
            }
            Document.TOKEN.give(stage.server, null)
            stage.call("ann")
            stage.browser.pages shouldBe 1
        }
    }
})

/** `bob` meets it while he signs in; `ann` has signed in before. */
private suspend fun fails(
    folder: Path,
    document: Document,
    step: AuthorizationStep = document.step,
    arrange: (ProtectedMcpServer) -> Unit,
) {
    withStage(folder) { stage ->
        stage.call("ann")
        val before = Files.readString(stage.file)
        arrange(stage.server)
        val failure = shouldThrow<AuthorizationFailedException> {
            // With a redirect URI of his own he needs a registration of his own.
            if (document == Document.REGISTRATION) stage.call("bob", "/bob") else stage.call("bob")
        }
        withClue("$failure, expected: ${failure.expected}, remedy: ${failure.remedy}, url: ${failure.url}") {
            failure.code shouldBe ErrorCode.AUTHORIZATION_FAILED
            failure.step shouldBe step
            failure.url.shouldNotBeNull().shouldNotBeBlank()
            failure.expected.shouldNotBeNull().shouldNotBeBlank()
            failure.remedy.shouldNotBeBlank()
        }
        if (document != Document.TOKEN) Files.readString(stage.file) shouldBe before
        SignIns(FileTokenStore(stage.file)).find(stage.server.url, "ann").shouldNotBeNull().isRefreshable shouldBe true
        stage.call("ann")
    }
}

private enum class Document(val step: AuthorizationStep, private val endpoint: Endpoint?, private val path: String) {
    RESOURCE_METADATA(AuthorizationStep.RESOURCE_METADATA, null, "/.well-known/oauth-protected-resource/mcp"),
    SERVER_METADATA(AuthorizationStep.SERVER_METADATA, Endpoint.METADATA, "/.well-known/oauth-authorization-server"),
    REGISTRATION(AuthorizationStep.REGISTRATION, Endpoint.REGISTRATION, "/register"),
    TOKEN(AuthorizationStep.TOKEN, Endpoint.TOKEN, "/token"),
    ;

    fun url(server: ProtectedMcpServer) = server.url.removeSuffix("/mcp") + path

    fun give(server: ProtectedMcpServer, answer: ScriptedAnswer?) =
        if (endpoint == null) server.server.answerMetadata(answer) else server.authorizationServer.answerAlways(endpoint, answer)
}

private const val TWO_MEBIBYTES = 2 * 1024 * 1024

private val NO_DOCUMENTS =
    listOf(
        "a web page" to ScriptedAnswer.html(),
        "one that is cut off" to ScriptedAnswer.json(200, """{"resource":"http"""),
        "two mebibytes" to ScriptedAnswer.json(200, JsonObject(mapOf("more" to JsonPrimitive("x".repeat(TWO_MEBIBYTES)))).toString()),
        "a list" to ScriptedAnswer.json(200, "[1,2]"),
        "nothing" to ScriptedAnswer.json(200, ""),
        "a failure of the server" to ScriptedAnswer.of(500, "text/plain", "oops"),
    )

private fun metadata(server: ProtectedMcpServer, member: String, slash: String = "") =
    """{"issuer":"${server.issuer}$slash","authorization_endpoint":"${server.issuer}/authorize",$member,""" +
        """"registration_endpoint":"${server.issuer}/register","code_challenge_methods_supported":["S256"]}"""

private class BadAnswersStage(val server: ProtectedMcpServer, val file: Path) {
    val browser = ConsentingBrowser()

    /** As a program does that has just been started. */
    suspend fun call(user: String, path: String = "/callback") {
        val prompt = LoopbackPrompt.builder().browser(browser).path(path).build()
        val options = OAuthOptions.builder(prompt).tokenStore(FileTokenStore(file)).build()
        val http = HttpTransportOptions { authorizer(OAuthAuthorizer(options)) }
        val client = ClientOptions.Builder().eraMemory(EraMemory()).build()
        withTimeout(20.seconds) {
            withContext(CallContext(emptyMap(), user)) {
                McpClient.connect(StreamableHttpTransport(server.url, http), client) { it.callTool("erase") }
            }
        }
    }
}

private suspend fun withStage(folder: Path, block: suspend (BadAnswersStage) -> Unit) {
    val server = SampleTools.addTo(ScriptedMcpServer.builder()).build()
    ProtectedMcpServer.open(server, AuthorizationServer()).use { block(BadAnswersStage(it, folder.resolve("own").resolve("tokens.json"))) }
}
