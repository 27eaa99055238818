package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.transport.ExchangeContext
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpMethod

/**
 * The GET for an event stream: the one that the event [lastEventId] was on, or where that is empty the server's own
 * (MCP 2025-11-25, Streamable HTTP, Listening for Messages, Resumability).
 */
internal fun streamCall(context: ExchangeContext, sessionId: String?, lastEventId: String): HttpCall {
    val headers =
        buildMap {
            putAll(sessionHeaders(method = null, context.version, sessionId))
            put(HttpHeaders.Accept, EVENT_STREAM)
            if (lastEventId.isNotEmpty()) put(McpHeaders.LAST_EVENT_ID, lastEventId)
        }
    return HttpCall(HttpMethod.Get, rpcMethod = null, subject = null, sessionId, headers, body = null, context)
}
