package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.transport.AuthorizationChallenge
import io.github.latchkey.mcp.transport.ChallengeDecision
import io.github.latchkey.mcp.transport.HttpFetcher
import io.github.latchkey.mcp.transport.ProtectedRequest
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import java.net.HttpURLConnection
import java.net.URI
import java.nio.file.Path
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeSource

/**
 * A process that has its token refused again and again, and gets the next one each time. Arguments: the store, the URL of the MCP server, the number of
 * coroutines, and for how many milliseconds, 0 for ever. Prints the last part of each token once it could use it, and `done` at the end.
 */
fun main(args: Array<String>) {
    val (file, url, coroutines, millis) = args
    val limit = if (millis == "0") null else TimeSource.Monotonic.markNow() + millis.toInt().milliseconds
    runBlocking(Dispatchers.Default) {
        repeat(coroutines.toInt()) {
            launch {
                val refused = RefusedCaller(Path.of(file), url)
                while (limit?.hasPassedNow() != true) println(refused.next().takeLast(8))
            }
        }
    }
    println("done")
}

/** A caller without a person, whose every token the server refuses once. */
class RefusedCaller(
    file: Path,
    url: String,
) {
    private val authorizer = OAuthAuthorizer(OAuthOptions.builder(NonInteractivePrompt).tokenStore(FileTokenStore(file)).build())
    private val request = ProtectedRequest("POST", url, url, "tools/list", PlainHttp, McpEvents.NONE)

    /** The token after the next refusal. */
    suspend fun next(): String {
        val used = checkNotNull(authorizer.credentials(request)) { "the store has no grant" }
        val decision = authorizer.onChallenge(AuthorizationChallenge(request, 401, emptyList(), emptyMap(), used, 1))
        check(decision == ChallengeDecision.RETRY) { "no further token" }
        val next = checkNotNull(authorizer.credentials(request))
        check(next.headers != used.headers) { "the same token again" }
        return next.headers.getValue("Authorization")
    }
}

/** The JDK's oldest client: a process that lives for moments should not spend them on loading a newer one. */
internal object PlainHttp : HttpFetcher {
    override suspend fun fetch(request: HttpFetcher.Request): HttpFetcher.Response = withContext(Dispatchers.IO) {
        val connection = URI.create(request.url).toURL().openConnection() as HttpURLConnection
        connection.requestMethod = request.method
        request.headers.forEach(connection::setRequestProperty)
        request.body?.let { body ->
            connection.doOutput = true
            connection.outputStream.use { it.write(body.toByteArray()) }
        }
        val stream = if (connection.responseCode < 400) connection.inputStream else connection.errorStream
        val headers = connection.headerFields.filterKeys { it != null }.mapValues { it.value.joinToString() }
        HttpFetcher.Response(connection.responseCode, headers, stream?.use { it.readBytes().decodeToString() }.orEmpty())
    }
}
