package io.github.latchkey.mcp.auth

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import java.nio.file.Path
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeSource

/**
 * A process that calls a tool again and again, with the grant in a store and without a person. Arguments: the store, the URL of the MCP server, and for how
 * many milliseconds, 0 for ever. Prints a line for each call: the status, or what was thrown; and `done` at the end.
 */
fun main(args: Array<String>) {
    val (file, url, millis) = args
    val limit = if (millis == "0") null else TimeSource.Monotonic.markNow() + millis.toInt().milliseconds
    val options = OAuthOptions.builder(NonInteractivePrompt).tokenStore(FileTokenStore(Path.of(file))).build()
    val caller = SocketCaller(OAuthAuthorizer(options), url, PlainHttp)
    runBlocking(Dispatchers.Default) {
        while (limit?.hasPassedNow() != true) {
            println(callOnce(caller))
            delay(PAUSE_MILLIS)
        }
    }
    println("done")
}

@Suppress("TooGenericExceptionCaught") // whatever it is, the test is to see it
private suspend fun callOnce(caller: SocketCaller): String =
    try {
        "${caller.call()}"
    } catch (e: Exception) {
        "$e".replace('\n', ' ')
    }

private const val PAUSE_MILLIS = 20L
