package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.ChallengeEvent
import io.github.latchkey.mcp.HttpAnswer
import io.github.latchkey.mcp.HttpExchangeEvent
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.RetryEvent
import io.github.latchkey.mcp.http.HttpTransportOptions
import io.github.latchkey.mcp.transport.AuthorizationChallenge
import io.github.latchkey.mcp.transport.CallContext
import io.github.latchkey.mcp.transport.ChallengeDecision
import io.github.latchkey.mcp.transport.Credentials
import io.github.latchkey.mcp.transport.HttpFetcher
import io.github.latchkey.mcp.transport.ProtectedRequest
import io.ktor.http.Headers
import io.ktor.http.HttpHeaders
import io.ktor.http.Url
import kotlinx.coroutines.currentCoroutineContext
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeMark
import kotlin.time.TimeSource

/**
 * Sends calls to one endpoint, with credentials, in the coroutine of the caller. Sends again only when the authorizer says so, and
 * elsewhere only when the server redirects within its origin.
 *
 * @param resource the MCP endpoint, which credentials are for, where that is another URL
 */
internal class HttpSender(
    private val endpoint: EndpointUrl,
    private val engine: EngineClient,
    private val options: HttpTransportOptions,
    private val fetcher: HttpFetcher,
    private val events: McpEvents,
    private val resource: String = endpoint.text,
) {
    /**
     * Sends [call] and returns what [onAccepted] makes of an answer of status 2xx. Throws a [McpException] for everything else; what
     * other credentials did not help against is attached to it.
     */
    suspend fun <T> send(call: HttpCall, onAccepted: suspend (ReceivedAnswer) -> T): T {
        val callContext = currentCoroutineContext()[CallContext]
        var redirects: Redirects? = null
        var url = endpoint.url
        var challenge: AuthorizationChallenge? = null
        var refusal: McpException? = null
        while (true) {
            val credentials = credentials(call, url, callContext)
            when (val outcome = attempt(call, url, credentials, callContext, onAccepted)) {
                is Outcome.Accepted -> return outcome.value

                is Outcome.Refused -> if (outcome.answer.status in REDIRECTS) {
                    url = redirect(call, redirects ?: Redirects(endpoint.url).also { redirects = it }, outcome)
                } else {
                    challenge = outcome.challenge(protectedRequest(call, url, callContext), credentials, challenge)
                    refusal = failures(call).of(outcome.answer).also { refusal?.let(it::addSuppressed) }
                    if (challenge == null || !isRetried(call, challenge, refusal)) throw refusal
                }
            }
        }
    }

    private suspend fun credentials(call: HttpCall, url: Url, callContext: CallContext?): Credentials? {
        val authorizer = options.authorizer ?: return null
        return call.context.deadline.paused { authorizer.credentials(protectedRequest(call, url, callContext)) }
    }

    private fun redirect(call: HttpCall, redirects: Redirects, refused: Outcome.Refused): Url {
        val redirect = redirects.next(refused.answer.status, refused.headers[HttpHeaders.Location])
        return when (redirect) {
            is Redirect.Refused -> throw failures(call).ofRedirect(refused.answer, redirect)
            is Redirect.Followed -> redirect.target.also { tellRetry(call, "a redirect to ${withoutQueryValues(it.toString())}") }
        }
    }

    private sealed interface Outcome<out T> {
        class Accepted<T>(
            val value: T,
        ) : Outcome<T>

        class Refused(
            val answer: HttpAnswer,
            val headers: Headers,
        ) : Outcome<Nothing> {
            /** Null if the status asks for no credentials. */
            fun challenge(request: ProtectedRequest, used: Credentials?, previous: AuthorizationChallenge?): AuthorizationChallenge? {
                if (answer.status != UNAUTHORIZED && answer.status != FORBIDDEN) return null
                val attempt = (previous?.attempt ?: 0) + 1
                return AuthorizationChallenge(request, answer.status, answer.challenges, joinedHeaders(headers), used, attempt, previous)
            }
        }
    }

    /** For `tools/call` and the like with the name, so that step-ups are counted for each tool. */
    private fun rpcName(call: HttpCall): String? = if (call.subject == null) call.rpcMethod else "${call.rpcMethod} ${call.subject}"

    private fun protectedRequest(call: HttpCall, url: Url, callContext: CallContext?) =
        ProtectedRequest(
            call.httpMethod.value,
            if (url === endpoint.url) endpoint.text else url.toString(),
            resource,
            rpcName(call),
            fetcher,
            events,
            call.context.isBestEffort,
            callContext?.identity,
        )

    private suspend fun <T> attempt(
        call: HttpCall,
        url: Url,
        credentials: Credentials?,
        callContext: CallContext?,
        onAccepted: suspend (ReceivedAnswer) -> T,
    ): Outcome<T> {
        val request = build(call, url, credentials, callContext)
        val secrets = { secrets(call, credentials, callContext) }
        val start = TimeSource.Monotonic.markNow()
        call.isInFlight = true
        return engine.execute(request, options.connectTimeoutMillis, { fault, cause ->
            unanswered(call, start, fault, cause)
        }) { received ->
            tell(call, start, received)
            credentials?.onResponse(received.status) { received.headers[it] }
            val answer = receive(call, received, secrets)
            answer.body.use { if (answer.isSuccess) accept(answer, received, onAccepted) else refuse(answer, received) }
        }
    }

    /** What the request carries and must not be repeated. */
    private fun secrets(call: HttpCall, credentials: Credentials?, callContext: CallContext?): List<String> {
        val carried = credentials?.headers?.values.orEmpty() + callContext?.headers?.values.orEmpty()
        return carried.flatMap(::secretsOf) + options.headers.values.flatMap(::secretsOf) + listOfNotNull(call.sessionId)
    }

    private fun build(call: HttpCall, url: Url, credentials: Credentials?, callContext: CallContext?): EngineRequest {
        // Whatever comes with the answer to a notification, nobody waits for it.
        val maxWholeBytes = if (call.isRequest) minOf(options.maxMessageBytes, MAX_WHOLE_BYTES) else 0
        val request = EngineRequest(call.httpMethod, url, maxWholeBytes, call.context.deadline::signOfLife)
        request.header(HttpHeaders.Accept, "application/json, text/event-stream")
        request.header(HttpHeaders.AcceptEncoding, ACCEPTED_ENCODING)
        request.header(HttpHeaders.UserAgent, "latchkey")
        options.headers.forEach { (name, value) -> request.header(name, value) }
        callContext?.headers?.forEach { (name, value) ->
            checkCallerHeader(name, value)
            request.header(name, value)
        }
        call.headers.forEach { (name, value) -> request.header(name, value) }
        credentials?.headers?.forEach { (name, value) ->
            checkHeader(name, value)
            request.header(name, value)
        }
        request.body = call.body?.let { EngineBody(it, "application/json") }
        return request
    }

    private fun receive(call: HttpCall, received: EngineAnswer, secrets: () -> List<String>): ReceivedAnswer =
        ReceivedAnswer(call, received.status, received.headers, endpoint.shown, secrets) { answer ->
            AnswerBody(received, call.context.deadline, { decoder(answer) }) { cause ->
                call.isInFlight = false
                answer.brokeOff(engine.judgeBody(cause), cause)
            }
        }

    private fun decoder(answer: ReceivedAnswer): ContentDecoder? =
        when (val encoding = contentEncoding(answer.headers)) {
            null -> null

            ACCEPTED_ENCODING -> engine.openGzip()

            else -> if (answer.isSuccess) {
                throw answer.protocol(
                    "content encoded as ${oneLine(encoding)}, which was not asked for",
                )
            } else {
                null
            }
        }

    private suspend fun <T> accept(answer: ReceivedAnswer, received: EngineAnswer, onAccepted: suspend (ReceivedAnswer) -> T): Outcome<T> {
        val value = onAccepted(answer)
        end(answer, received)
        return Outcome.Accepted(value)
    }

    private suspend fun refuse(answer: ReceivedAnswer, received: EngineAnswer): Outcome<Nothing> {
        answer.call.isInFlight = false
        val bytes = ByteAccumulator()
        withinTime(ERROR_BODY_MILLIS.milliseconds) {
            try {
                answer.body.readTo(bytes, options.maxErrorBodyBytes)
            } catch (_: McpException) {
                // The status says what is wrong, with or without the rest of the body.
            }
        }
        end(answer, received)
        val body = if (answer.isReadable) bytes.array.decodeToString(0, minOf(bytes.size, options.maxErrorBodyBytes)) else null
        return Outcome.Refused(answer.toHttpAnswer(body), answer.headers)
    }

    /** Leaves the connection for the next request if the server has finished, or is just about to; else gives it up. */
    private suspend fun end(answer: ReceivedAnswer, received: EngineAnswer) {
        if (!answer.body.isEnded && !answer.body.findEnd(END_MILLIS)) received.abandon()
    }

    private suspend fun isRetried(call: HttpCall, challenge: AuthorizationChallenge, refusal: McpException): Boolean {
        val authorizer = options.authorizer.takeUnless { call.context.isBestEffort || challenge.attempt > MAX_RETRIES }
        val decision =
            try {
                authorizer?.let { call.context.deadline.paused { it.onChallenge(challenge) } }
            } catch (e: McpException) {
                e.addSuppressed(refusal)
                tellChallenge(challenge, isRetried = false)
                throw e
            }
        val isRetried = decision == ChallengeDecision.RETRY
        tellChallenge(challenge, isRetried)
        if (isRetried) tellRetry(call, "new credentials after HTTP ${challenge.status}")
        return isRetried
    }

    private fun tellChallenge(challenge: AuthorizationChallenge, isRetried: Boolean) {
        if (events.isListening) events.onEvent(ChallengeEvent(endpoint.shown, challenge.status, challenge.challenges, isRetried))
    }

    private fun tellRetry(call: HttpCall, reason: String) {
        if (events.isListening) events.onEvent(RetryEvent(call.rpcMethod, reason))
    }

    private fun failures(call: HttpCall) =
        StatusFailures(endpoint.shown, call.context.phase, call.name, call.sessionId != null, options.authorizer != null)

    private fun unanswered(call: HttpCall, start: TimeMark, fault: EngineFault, cause: Throwable): McpException {
        call.isInFlight = false
        val failure = fault.beforeAnswer(endpoint.shown, call.context.phase, options.connectTimeoutMillis, cause)
        if (events.isListening) {
            val millis = start.elapsedNow().inWholeMilliseconds
            events.onEvent(HttpExchangeEvent(call.httpMethod.value, endpoint.shown, call.rpcMethod, null, failure.message, millis))
        }
        return failure
    }

    private fun tell(call: HttpCall, start: TimeMark, received: EngineAnswer) {
        if (!events.isListening) return
        val millis = start.elapsedNow().inWholeMilliseconds
        val answer = httpAnswer(received.status, received.headers, body = null, secrets = emptyList())
        val givesSession = received.headers[McpHeaders.SESSION_ID] != null
        events.onEvent(
            HttpExchangeEvent(
                call.httpMethod.value,
                endpoint.shown,
                call.rpcMethod,
                answer.status,
                failure = null,
                millis,
                answer,
                givesSession,
            ),
        )
    }

    private companion object {
        const val UNAUTHORIZED = 401
        const val FORBIDDEN = 403
        val REDIRECTS = setOf(301, 302, 303, 307, 308)

        const val MAX_WHOLE_BYTES = 2 * 1024 * 1024

        /** How often one request is sent again with other credentials. */
        const val MAX_RETRIES = 6

        /** How long the rest of an error's body is waited for. */
        const val ERROR_BODY_MILLIS = 2_000L

        /** How long the end of a stream is waited for once the response is there: servers end it with the same breath. */
        const val END_MILLIS = 20L
    }
}
