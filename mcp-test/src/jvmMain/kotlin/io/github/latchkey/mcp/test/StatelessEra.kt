package io.github.latchkey.mcp.test

import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope

/** The server side of MCP 2026-07-28: each POST stands alone, and its end is the end of the request. */
internal class StatelessEra(private val server: ScriptedMcpServer) {
    suspend fun post(request: RecordedRequest, message: PostedMessage, token: TokenInfo?, respond: suspend (HttpReply) -> Unit) {
        val refusal = statelessRefusal(request, message, server.revisions, server::inputSchemaOf)
        when {
            refusal != null -> respond(server.refuse(request, message, refusal))
            message is PostedMessage.Request -> answer(request, message, token, respond)
            else -> accept(request, message, respond)
        }
    }

    private suspend fun accept(request: RecordedRequest, message: PostedMessage, respond: suspend (HttpReply) -> Unit) {
        if (message.methodOrNull == "notifications/cancelled") {
            server.addViolation("${request.line}: over HTTP a request is cancelled by closing its stream")
        }
        respond(emptyReply(202))
    }

    private suspend fun answer(
        request: RecordedRequest,
        message: PostedMessage.Request,
        token: TokenInfo?,
        respond: suspend (HttpReply) -> Unit,
    ) {
        val handler =
            server.handlers.stateless(message.method)
                ?: return respond(server.refuse(request, message, methodNotFound(message.method, status = 404)))
        val params = message.params ?: EMPTY_OBJECT
        val stream = EventStream("response")
        if (server.answerMode == AnswerMode.SSE) stream.open()
        val record = server.recordCall(message.method, params, McpRevisions.STATELESS)
        val call = ServerCall(request, message.method, params, McpRevisions.STATELESS, token, stream, session = null)
        coroutineScope {
            val running = async { runHandler(handler, call, message.id, record, stream) }
            // A call can be cancelled before its handler begins.
            running.invokeOnCompletion { if (it != null) record.end(RecordedCall.State.CANCELLED) }
            if (stream.awaitStart()) {
                respond(running.await().reply())
            } else {
                respond(HttpReply.Events(stream, resumesAt = null, retryMillis = null, keepAliveMillis = server.keepAliveMillis))
            }
            // The connection is over; the request with it.
            running.cancel()
        }
    }
}

/** No violation: a client may ask, and an older server may not know. */
internal fun methodNotFound(method: String, status: Int): Refusal =
    Refusal(status, ErrorCodes.METHOD_NOT_FOUND, "method not found: $method", isViolation = false)
