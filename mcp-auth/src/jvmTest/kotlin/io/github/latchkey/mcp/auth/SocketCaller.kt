package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.McpEvent
import io.github.latchkey.mcp.transport.AuthorizationChallenge
import io.github.latchkey.mcp.transport.Authorizer
import io.github.latchkey.mcp.transport.ChallengeDecision
import io.github.latchkey.mcp.transport.HttpChallenge
import io.github.latchkey.mcp.transport.HttpFetcher
import io.github.latchkey.mcp.transport.ProtectedRequest
import kotlinx.coroutines.future.await
import kotlinx.coroutines.runBlocking
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentLinkedQueue

private val client: HttpClient = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

private suspend fun send(method: String, url: String, headers: Map<String, String>, body: String?): HttpResponse<String> {
    val publisher = body?.let(HttpRequest.BodyPublishers::ofString) ?: HttpRequest.BodyPublishers.noBody()
    val request = HttpRequest.newBuilder(URI.create(url)).method(method, publisher)
    headers.forEach(request::header)
    return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString()).await()
}

/** The whole of what a transport must bring for a sign-in. */
object JdkHttp : HttpFetcher {
    override suspend fun fetch(request: HttpFetcher.Request): HttpFetcher.Response {
        val response = send(request.method, request.url, request.headers, request.body)
        return HttpFetcher.Response(response.statusCode(), response.headers().map().mapValues { it.value.joinToString() }, response.body())
    }
}

/** A browser without a window: follows redirects until a page comes. */
object FakeBrowser : BrowserLauncher {
    private val follower = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).version(HttpClient.Version.HTTP_1_1).build()

    /** The page that it shows in the end. */
    @Volatile var page: CompletableFuture<String> = CompletableFuture()

    override fun open(url: AuthorizationUrl) {
        val request = HttpRequest.newBuilder(URI.create(url.value)).build()
        page = follower.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply { it.body() }
    }
}

/** Calls an MCP server of 2026-07-28 over sockets, with whatever [authorizer] gives. */
class SocketCaller @JvmOverloads constructor(
    private val authorizer: Authorizer,
    private val url: String,
    private val http: HttpFetcher = JdkHttp,
) {
    val events = ConcurrentLinkedQueue<McpEvent>()

    /** The status in the end. */
    suspend fun call(tool: String = "add", arguments: String = """{"a":2,"b":3}"""): Int {
        val request = ProtectedRequest("POST", url, url, "tools/call $tool", http, { events += it })
        var attempt = 0
        var challenge: AuthorizationChallenge? = null
        while (true) {
            val used = authorizer.credentials(request)
            val response = post(tool, arguments, used?.headers.orEmpty())
            val headers = response.headers.mapKeys { it.key.lowercase() }
            used?.onResponse(response.status) { headers[it.lowercase()] }
            if (response.status != 401 && response.status != 403) return response.status
            val challenges = HttpChallenge.parse(listOfNotNull(headers["www-authenticate"]))
            challenge = AuthorizationChallenge(request, response.status, challenges, headers, used, ++attempt, challenge)
            if (attempt > 6 || authorizer.onChallenge(challenge) == ChallengeDecision.GIVE_UP) return response.status
        }
    }

    /** The same for Java. */
    @JvmOverloads
    fun callBlocking(tool: String = "add", arguments: String = """{"a":2,"b":3}"""): Int = runBlocking { call(tool, arguments) }

    private suspend fun post(tool: String, arguments: String, credentials: Map<String, String>): HttpFetcher.Response {
        val meta = """{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"""
        val headers =
            mapOf(
                "Content-Type" to "application/json",
                "Accept" to "application/json, text/event-stream",
                "MCP-Protocol-Version" to "2026-07-28",
                "Mcp-Method" to "tools/call",
                "Mcp-Name" to tool,
            )
        val params = """{"name":"$tool","arguments":$arguments,"_meta":$meta}"""
        val body = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":$params}"""
        return http.fetch(HttpFetcher.Request("POST", url, headers + credentials, body))
    }
}
