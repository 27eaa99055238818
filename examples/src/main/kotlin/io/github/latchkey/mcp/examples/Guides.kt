package io.github.latchkey.mcp.examples

import io.github.latchkey.mcp.CallToolResult
import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.ElicitationResult
import io.github.latchkey.mcp.FormElicitation
import io.github.latchkey.mcp.InsufficientScopeException
import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.McpSession
import io.github.latchkey.mcp.RequestOptions
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.ServerNotification
import io.github.latchkey.mcp.Slf4jEvents
import io.github.latchkey.mcp.SubscriptionFilter
import io.github.latchkey.mcp.UnauthorizedException
import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.auth.AuthorizationGrant
import io.github.latchkey.mcp.auth.FileTokenStore
import io.github.latchkey.mcp.auth.LoopbackPrompt
import io.github.latchkey.mcp.auth.OAuthAuthorizer
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.callTool
import io.github.latchkey.mcp.clients.McpClients
import io.github.latchkey.mcp.clients.ServerConfig
import io.github.latchkey.mcp.http.ConfiguredTransports
import io.github.latchkey.mcp.http.HttpEngines
import io.github.latchkey.mcp.http.HttpTransportOptions
import io.github.latchkey.mcp.http.StreamableHttpTransport
import io.github.latchkey.mcp.stdio.StdioTransport
import io.github.latchkey.mcp.test.LeakCheck
import io.github.latchkey.mcp.test.LoopbackServer
import io.github.latchkey.mcp.test.SampleTools
import io.github.latchkey.mcp.test.ScriptedMcpServer
import io.github.latchkey.mcp.test.mcpServer
import io.github.latchkey.mcp.transport.BearerToken
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import java.nio.file.Path

/** The snippets of the guides, each in a function of its own, so that they are compiled and run. */
object Guides {
    suspend fun connect(url: String): List<String> {
        // docs: connect
        val transport = StreamableHttpTransport(url)

        return McpClient.connect(transport) { session ->
            println("${session.server.serverInfo} speaks ${session.protocolVersion}")
            session.listTools().map { it.name }
        }
        // docs: end
    }

    suspend fun open(url: String, scope: CoroutineScope) {
        // docs: open
        val session = McpClient.open(StreamableHttpTransport(url), scope)
        try {
            session.ping()
        } finally {
            withContext(NonCancellable) { session.close() }
        }
        // docs: end
    }

    suspend fun stdio(command: List<String>): List<String> {
        // docs: stdio
        return McpClient.connect(StdioTransport(command)) { session ->
            session.listTools().map { it.name }
        }
        // docs: end
    }

    fun options(): ClientOptions {
        // docs: options
        return ClientOptions {
            connectTimeoutMillis(10_000)
            requestTimeoutMillis(30_000)
            events(Slf4jEvents())
        }
        // docs: end
    }

    fun signIn(url: String, store: Path): StreamableHttpTransport {
        // docs: sign-in
        val prompt = LoopbackPrompt.builder().build()
        val options =
            OAuthOptions
                .builder(prompt)
                .clientName("My agent")
                .tokenStore(FileTokenStore(store))
                .build()

        return StreamableHttpTransport(url, HttpTransportOptions { authorizer(OAuthAuthorizer(options)) })
        // docs: end
    }

    fun machine(url: String, secret: String): StreamableHttpTransport {
        // docs: machine
        val options =
            OAuthOptions
                .builder(AuthorizationGrant.clientCredentials())
                .client("my-service", secret)
                .clientIssuer("https://auth.example.com")
                .build()

        return StreamableHttpTransport(url, HttpTransportOptions { authorizer(OAuthAuthorizer(options)) })
        // docs: end
    }

    fun bearer(url: String, token: String): StreamableHttpTransport {
        // docs: bearer
        return StreamableHttpTransport(url, HttpTransportOptions { authorizer(BearerToken(token)) })
        // docs: end
    }

    suspend fun call(session: McpSession): String {
        // docs: call
        val result = session.callTool("echo") { put("text", "hello") }
        return if (result.isError) "the tool failed: ${result.text}" else result.text
        // docs: end
    }

    // docs: typed
    @Serializable
    class Sum(
        val sum: Double,
    )

    suspend fun add(session: McpSession): Double = session.callTool<Sum>("add") {
        put("a", 2)
        put("b", 3)
    }.sum
    // docs: end

    suspend fun progress(session: McpSession): CallToolResult {
        // docs: progress
        val options =
            RequestOptions {
                onProgress { println("${it.progress} of ${it.total}: ${it.message}") }
                absoluteTimeoutMillis(60_000)
            }
        return session.callTool("count", buildJsonObject { put("to", 3) }, options)
        // docs: end
    }

    fun elicitation(): ClientOptions {
        // docs: elicitation
        return ClientOptions {
            elicitation { request ->
                when (request) {
                    is FormElicitation -> ElicitationResult.accept(buildJsonObject { put("name", "Ada") })
                    else -> ElicitationResult.decline()
                }
            }
        }
        // docs: end
    }

    suspend fun changes(session: McpSession) {
        // docs: changes
        session.subscribe(SubscriptionFilter { toolsChanged() }).collect { notification ->
            when (notification) {
                is ServerNotification.Subscribed, ServerNotification.ToolsChanged -> println(session.listTools().map { it.name })
                else -> {}
            }
        }
        // docs: end
    }

    suspend fun failures(url: String): String {
        // docs: failures
        return try {
            McpClient.connect(StreamableHttpTransport(url)) { it.callTool("echo").text }
        } catch (e: UnauthorizedException) {
            "sign in first: ${e.challenges}"
        } catch (e: InsufficientScopeException) {
            "ask for ${e.missingScopes}"
        } catch (e: RequestTimeoutException) {
            "${e.deadline} passed after ${e.limitMillis} ms"
        } catch (e: UnreachableException) {
            "not there: ${e.message}"
        } catch (e: McpException) {
            "${e.code} while in ${e.phase}: ${e.message}. ${e.remedy}"
        }
        // docs: end
    }

    suspend fun many(file: String): List<String> {
        // docs: many
        val servers = ServerConfig.parse(file, System::getenv)

        return McpClients.connect({ servers.forEach { server(it.name, ConfiguredTransports.of(it)) } }) { group ->
            val listed = group.listTools()
            listed.failures.forEach { (server, failure) -> println("$server: ${failure.message}") }
            listed.tools.map { it.name }
        }
        // docs: end
    }

    suspend fun route(group: McpClients, name: String, arguments: JsonObject): String {
        // docs: route
        val forTheModel = group.listTools().tools.map { it.toOpenAi() }
        println("${forTheModel.size} tools")
        // The model answers with the name of a tool and its arguments.
        return group.callTool(name, arguments).text
        // docs: end
    }

    suspend fun test(): List<String> {
        // docs: test
        val server = SampleTools.addTo(ScriptedMcpServer.builder()).build()
        val before = LeakCheck.snapshot()
        val tools =
            LoopbackServer.start({ mcpServer(server) }).use { loopback ->
                McpClient.connect(StreamableHttpTransport("${loopback.url}/mcp")) { it.listTools() }
            }
        server.assertNoViolations()
        HttpEngines.closeAll()
        before.assertNothingLeft()
        // docs: end
        return tools.map { it.name }
    }
}
