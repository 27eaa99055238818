package io.github.latchkey.mcp.test

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.launch
import java.util.UUID

/** The server side of the session-era revisions: `initialize`, session ids, GET and DELETE. */
internal class SessionEra(private val server: ScriptedMcpServer) {
    private val sessions get() = server.sessions

    suspend fun post(
        request: RecordedRequest,
        message: PostedMessage,
        token: TokenInfo?,
        background: CoroutineScope,
        respond: suspend (HttpReply) -> Unit,
    ) {
        val refusal = mediaTypeRefusal(request) ?: (message as? PostedMessage.Malformed)?.refusal
        if (refusal != null) return respond(server.refuse(request, message, refusal))
        if (message is PostedMessage.Request && message.method == "initialize") return respond(initialize(request, message, token))
        withSession(request, message, respond) { session ->
            val outOfTurn = if (message is PostedMessage.Request) requestRefusal(session, message) else null
            when {
                outOfTurn != null -> respond(server.refuse(request, message, outOfTurn))
                message is PostedMessage.Request -> answer(request, message, session, token, background, respond)
                else -> respond(accept(request, message, session))
            }
        }
    }

    suspend fun get(request: RecordedRequest, respond: suspend (HttpReply) -> Unit) {
        if (server.retryMillis == null && !server.hasGetStream) return respond(emptyReply(405, mapOf("Allow" to "POST, DELETE")))
        withSession(request, message = null, respond) { session ->
            val lastEventId = request.header("Last-Event-ID")
            val stream = if (lastEventId == null) session.standaloneStream else session.streams[lastEventId.substringBefore(':')]
            when {
                "text/event-stream" !in acceptedTypes(request.header("Accept")) -> {
                    val refusal = Refusal(406, ErrorCodes.BAD_SESSION, "Accept does not list text/event-stream")
                    respond(server.refuse(request, message = null, refusal))
                }

                stream == null -> respond(emptyReply(404))

                lastEventId == null && !server.hasGetStream -> respond(emptyReply(405, mapOf("Allow" to "POST, DELETE")))

                else -> respond(events(stream, resumesAt = lastEventId?.substringAfter(':')?.toIntOrNull()?.takeIf { it >= 0 }))
            }
        }
    }

    suspend fun delete(request: RecordedRequest, respond: suspend (HttpReply) -> Unit) {
        if (!server.issuesSessionIds) return respond(emptyReply(405, mapOf("Allow" to "POST")))
        withSession(request, message = null, respond) { session ->
            sessions.remove(session)
            respond(emptyReply(200))
        }
    }

    private suspend fun withSession(
        request: RecordedRequest,
        message: PostedMessage?,
        respond: suspend (HttpReply) -> Unit,
        block: suspend (McpSession) -> Unit,
    ) {
        when (val found = sessions.find(request)) {
            // A stateless request is how a newer client finds out; it breaks no rule of this era.
            is McpSessions.Found.Nothing -> respond(server.refuse(request, message, found.refusal.excused(isStateless(request, message))))

            is McpSessions.Found.Session -> {
                val refusal = sessionVersionRefusal(request, found.session.version)
                if (refusal == null) block(found.session) else respond(server.refuse(request, message, refusal))
            }
        }
    }

    private suspend fun initialize(request: RecordedRequest, message: PostedMessage.Request, token: TokenInfo?): HttpReply {
        val refusal = initializeRefusal(request, message)
        if (refusal != null) return server.refuse(request, message, refusal)
        val requested = message.params?.string("protocolVersion")
        val spoken = server.revisions.filter { it in McpRevisions.SESSION_ERA }
        val session = sessions.open(spoken.firstOrNull { it == requested } ?: spoken.first())
        session.claimId(message.id.toString())
        val params = message.params ?: EMPTY_OBJECT
        val record = server.recordCall("initialize", params, session.version)
        val stream = EventStream("initialize")
        val call = ServerCall(request, "initialize", params, session.version, token, stream, session)
        val answer = answerOf(server.handlers.initializing(session.version), call, message.id, record)
        if (answer.isRefusal) return answer.reply().also { sessions.remove(session) }
        val headers = session.id?.let { mapOf("Mcp-Session-Id" to it) }.orEmpty()
        if (server.answerMode == AnswerMode.JSON) return answer.reply().with(headers)
        stream.end(messageEvent(answer.response))
        return HttpReply.Events(stream, resumesAt = null, retryMillis = null, keepAliveMillis = null, headers)
    }

    private fun requestRefusal(session: McpSession, message: PostedMessage.Request): Refusal? =
        when {
            !session.isInitialized && message.method != "ping" ->
                Refusal(400, ErrorCodes.INVALID_REQUEST, "${message.method} before notifications/initialized")

            !session.claimId(message.id.toString()) -> Refusal(400, ErrorCodes.INVALID_REQUEST, "the id was used before in this session")

            server.handlers.sessionEra(message.method) == null -> methodNotFound(message.method, status = 200)

            else -> null
        }

    private fun accept(request: RecordedRequest, message: PostedMessage, session: McpSession): HttpReply {
        when {
            message is PostedMessage.Response -> {
                val waiting = session.pending.remove(message.id.toString())
                if (waiting ==
                    null
                ) {
                    server.addViolation("${request.line}: a response that nobody waits for")
                } else {
                    waiting.complete(message.body)
                }
            }

            message.methodOrNull == "notifications/initialized" -> session.isInitialized = true

            message.methodOrNull == "notifications/cancelled" ->
                session.running[message.paramsOrNull?.get("requestId").toString()]?.cancel()
        }
        return emptyReply(202)
    }

    private suspend fun answer(
        request: RecordedRequest,
        message: PostedMessage.Request,
        session: McpSession,
        token: TokenInfo?,
        background: CoroutineScope,
        respond: suspend (HttpReply) -> Unit,
    ) {
        val stream = EventStream(UUID.randomUUID().toString())
        if (server.retryMillis != null) session.streams[stream.id] = stream
        if (server.answerMode == AnswerMode.SSE) stream.open()
        val answer = CompletableDeferred<CallAnswer?>()
        // A lost connection is no cancellation in this era, so the handler outlives it. It starts when it can be cancelled.
        val running =
            background.launch(start = CoroutineStart.LAZY) { answer.complete(handle(request, message, session, token, stream)) }
        val idText = message.id.toString()
        session.running[idText] = running
        running.invokeOnCompletion {
            session.running.remove(idText)
            answer.complete(null) // for a handler that was cancelled
            stream.end(null)
        }
        running.start()
        val whole = if (stream.awaitStart()) answer.await() else null
        respond(if (whole == null) events(stream, resumesAt = null) else whole.reply())
    }

    private suspend fun handle(
        request: RecordedRequest,
        message: PostedMessage.Request,
        session: McpSession,
        token: TokenInfo?,
        stream: EventStream,
    ): CallAnswer {
        val params = message.params ?: EMPTY_OBJECT
        val handler = checkNotNull(server.handlers.sessionEra(message.method))
        val record = server.recordCall(message.method, params, session.version)
        val call = ServerCall(request, message.method, params, session.version, token, stream, session)
        return runHandler(handler, call, message.id, record, stream)
    }

    private fun events(stream: EventStream, resumesAt: Int?) =
        HttpReply.Events(stream, resumesAt, server.retryMillis, server.keepAliveMillis)
}
