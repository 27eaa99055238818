package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.JsonRpcResponse
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.ProtocolException
import io.github.latchkey.mcp.RetryEvent
import io.github.latchkey.mcp.SessionExpiredException
import io.github.latchkey.mcp.UnreachableException

/**
 * Gets the rest of an answer whose event stream ended before the response, by GET, in the coroutine of the call
 * (MCP 2025-11-25, Streamable HTTP, Resumability and Redelivery). The request itself is never sent again: it may have run.
 *
 * @param url for messages
 * @param firstWaitMillis see [Reconnects]
 */
internal class Resumption(
    private val sender: HttpSender,
    private val url: String,
    private val firstWaitMillis: Long,
    private val events: McpEvents,
) {
    /** Returns the response to [call], whose answer [reader] has read as far as it came. */
    suspend fun resume(call: HttpCall, reader: AnswerReader): JsonRpcResponse {
        val stream = reader.stream
        val reconnects = Reconnects(firstWaitMillis)
        var retryMillis = stream.retryMillis
        while (reconnects.await(stream.end, retryMillis)) {
            if (events.isListening) events.onEvent(RetryEvent(call.rpcMethod, "the event stream ended before the response: resume it"))
            retryMillis =
                try {
                    val get = streamCall(call.context, call.sessionId, stream.lastEventId)
                    sender.send(get) { reader.readResumed(it) }?.let { return it }
                    stream.retryMillis
                } catch (e: McpException) {
                    if (!e.isRetryable) throw inVain(call, e)
                    stream.missed(e)
                    e.retryAfterSeconds?.let { it * MILLIS_PER_SECOND } ?: stream.retryMillis
                }
        }
        throw tooOften(call, stream.end.failure)
    }

    /** What the answer to the GET means for the call. */
    private fun inVain(call: HttpCall, e: McpException): McpException {
        if (e is SessionExpiredException) {
            call.isInFlight = false
            val details = details(e, "connect again, and see whether ${call.name} has run before it is called again")
            return SessionExpiredException("the session with $url ended before the response to ${call.name}", details, e, mayHaveRun = true)
        }
        if (e.status == null || e.code !in REFUSALS) return e
        val details = details(e, "see whether ${call.name} has run; the server does not keep what it sends on a stream")
        return ProtocolException(
            "$url answered ${call.name} with an event stream that ended without the response, and cannot resume it: HTTP ${e.status}",
            details,
            e,
        )
    }

    private fun tooOften(call: HttpCall, last: McpException?): McpException {
        val message =
            "the event stream of ${call.name} from $url ended without the response, and ${Reconnects.MAX_ATTEMPTS} attempts to resume it " +
                "brought nothing new" + last?.let { ": ${it.message}" }.orEmpty()
        val remedy = "see whether ${call.name} has run, then try again; if it keeps happening, look at the server or a proxy before it"
        val details = FailureDetails(call.context.phase, url, remedy, last?.answer, isRetryable = false)
        return if (last is UnreachableException) UnreachableException(message, details, last) else ProtocolException(message, details, last)
    }

    private fun details(e: McpException, remedy: String) = FailureDetails(e.phase, e.url, remedy, e.answer)

    private companion object {
        const val MILLIS_PER_SECOND = 1_000L

        // Not among them: who asks for credentials has not said what becomes of the stream.
        val REFUSALS = setOf(ErrorCode.NOT_MCP, ErrorCode.REJECTED, ErrorCode.JSONRPC, ErrorCode.SERVER_ERROR)
    }
}
