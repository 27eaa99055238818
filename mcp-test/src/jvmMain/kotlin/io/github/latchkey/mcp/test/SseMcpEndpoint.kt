package io.github.latchkey.mcp.test

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.launch

/** The server side of HTTP+SSE (MCP 2024-11-05, Transports, HTTP with SSE). */
internal class SseMcpEndpoint(private val server: ScriptedMcpServer, private val messagesPath: String) {
    /** Answers a request at the URL of the stream; for a GET that takes as long as the stream lasts. */
    suspend fun open(request: RecordedRequest, endpointUrl: String, respond: suspend (HttpReply) -> Unit) {
        server.recordRequest(request)
        val scripted = server.answers.take()
        val refusal =
            when {
                scripted?.status != null -> HttpReply.Whole(scripted.status, null, scripted.body, scripted.headers)
                request.method != "GET" -> emptyReply(405, mapOf("Allow" to "GET"))
                else -> refusal(request, message = null, endpointUrl)
            }
        if (refusal != null) return respond(refusal)
        val session = server.sessions.open(REVISION)
        session.standaloneStream.append("event: endpoint\ndata: $messagesPath?sessionId=${session.id}")
        try {
            respond(HttpReply.Events(session.standaloneStream, resumesAt = null, retryMillis = null, server.keepAliveMillis))
        } finally {
            server.sessions.remove(session)
        }
    }

    /** Takes a message of the client; what there is to answer goes out on the stream. */
    fun take(request: RecordedRequest, endpointUrl: String, background: CoroutineScope): HttpReply {
        server.recordRequest(request)
        val scripted = server.answers.take()
        if (scripted?.status != null) return HttpReply.Whole(scripted.status, null, scripted.body, scripted.headers)
        val message = parseMessage(request.body)
        refusal(request, message, endpointUrl)?.let { return it }
        val session = server.sessions.all().find { it.id.toString() == request.queryParameters["sessionId"] } ?: return emptyReply(404)
        when (message) {
            is PostedMessage.Malformed -> return server.refuse(request, message, message.refusal)
            is PostedMessage.Request -> answer(request, message, session, background)
            is PostedMessage.Response -> session.pending.remove(message.id.toString())?.complete(message.body)
            is PostedMessage.Notification -> notice(message, session)
        }
        return emptyReply(202)
    }

    private fun refusal(request: RecordedRequest, message: PostedMessage?, endpointUrl: String): HttpReply? =
        (server.protection?.access(request, message, endpointUrl) as? Access.Refused)?.reply

    private fun notice(message: PostedMessage.Notification, session: McpSession) {
        when (message.method) {
            "notifications/initialized" -> session.isInitialized = true
            "notifications/cancelled" -> session.running[message.params?.get("requestId").toString()]?.cancel()
        }
    }

    private fun answer(request: RecordedRequest, message: PostedMessage.Request, session: McpSession, background: CoroutineScope) {
        val params = message.params ?: EMPTY_OBJECT
        val handlers = server.handlers
        val handler = if (message.method == "initialize") handlers.initializing(session.version) else handlers.sessionEra(message.method)
        if (handler == null) {
            val error = jsonRpcError(message.id, ErrorCodes.METHOD_NOT_FOUND, "no such method: ${message.method}", data = null)
            return session.standaloneStream.append(messageEvent(error))
        }
        val record = server.recordCall(message.method, params, session.version)
        val call = ServerCall(request, message.method, params, session.version, token = null, session.standaloneStream, session)
        val idText = message.id.toString()
        val running =
            background.launch(start = CoroutineStart.LAZY) {
                session.standaloneStream.append(messageEvent(answerOf(handler, call, message.id, record).response))
            }
        session.running[idText] = running
        running.invokeOnCompletion { session.running.remove(idText) }
        running.start()
    }

    private companion object {
        const val REVISION = "2024-11-05"
    }
}
