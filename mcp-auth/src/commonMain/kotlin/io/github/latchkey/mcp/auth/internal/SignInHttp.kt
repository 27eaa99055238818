package io.github.latchkey.mcp.auth.internal

import io.github.latchkey.mcp.AuthorizationEvent
import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.HttpAnswer
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.MessageTooLargeException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.WarningEvent
import io.github.latchkey.mcp.auth.AuthorizationFailedException
import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.TokenEvent
import io.github.latchkey.mcp.auth.authorizationFailed
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.github.latchkey.mcp.auth.internal.url.UrlSafety
import io.github.latchkey.mcp.transport.HttpFetcher
import io.github.latchkey.mcp.transport.HttpFetcher.Request
import io.github.latchkey.mcp.transport.HttpFetcher.Response
import kotlin.time.TimeSource

/** The network of one sign-in: every URL that a server supplied is checked here before it is used, and every answer becomes an event. */
internal class SignInHttp(
    private val http: HttpFetcher,
    private val events: McpEvents,
    private val safety: UrlSafety,
) {
    /** The same network, for a sign-in that the application itself sends to [url]: what that one supplies may be as close as it is. */
    fun trusting(url: HttpUrl): SignInHttp = SignInHttp(http, events, safety.trusting(url))

    /** Gets a metadata document, following at most [MAX_REDIRECTS] redirects. Carries no credentials, ever. */
    suspend fun get(step: AuthorizationStep, url: HttpUrl, headers: Map<String, String> = emptyMap()): Response {
        var target = url
        repeat(MAX_REDIRECTS + 1) {
            val response = send(step, target, Request("GET", requireSafe(step, target).withoutFragment, ACCEPT_JSON + headers))
            if (response.status !in REDIRECTS) return response
            target = redirectTarget(step, target, response)
        }
        throw unusable(step, url, "was redirected more than $MAX_REDIRECTS times", expected = "the document, or few redirects to it")
    }

    /** Posts to an endpoint of the authorization server. Follows nothing: a redirect would carry secrets away (RFC 9700 §4.11). */
    suspend fun post(step: AuthorizationStep, url: HttpUrl, headers: Map<String, String>, body: String): Response =
        send(step, url, Request("POST", requireSafe(step, url).withoutFragment, ACCEPT_JSON + headers, body))

    fun emit(step: AuthorizationStep, url: String?, outcome: String) = events.onEvent(AuthorizationEvent(step.id, url, outcome))

    fun emit(event: TokenEvent) = events.onEvent(event)

    fun warn(message: String) = events.onEvent(WarningEvent(message))

    private suspend fun send(step: AuthorizationStep, url: HttpUrl, request: Request): Response {
        val start = TimeSource.Monotonic.markNow()
        val report = { outcome: String, answer: HttpAnswer? ->
            events.onEvent(AuthorizationEvent(step.id, url.withoutQuery, outcome, start.elapsedNow().inWholeMilliseconds, answer))
        }
        return try {
            http.fetch(request).also { report(outcomeOf(it), answerOf(it)) }
        } catch (e: MessageTooLargeException) {
            report("too large", null)
            throw authorizationFailed(
                step,
                url.withoutQuery,
                "the answer of ${url.withoutQuery} is larger than ${e.limitBytes} bytes",
                "check that this is the right address",
                expected = "at most ${e.limitBytes} bytes",
                cause = e,
            )
        } catch (e: McpException) {
            report(e.code.id, e.answer)
            throw e
        }
    }

    private fun outcomeOf(response: Response): String {
        val type = response.headers["content-type"]?.substringBefore(';')?.trim()
        return if (type == null || response.status !in 200..299) "HTTP ${response.status}" else "HTTP ${response.status} $type"
    }

    private fun redirectTarget(step: AuthorizationStep, from: HttpUrl, response: Response): HttpUrl {
        val target =
            response.headers["location"]?.let(from::resolve)
                ?: throw unusable(
                    step,
                    from,
                    "answered HTTP ${response.status} without a usable Location",
                    response,
                    "a Location with an http(s) URL",
                )
        if (target.isHttps || !from.isHttps) return target
        throw unsafe(step, target, "is not https")
    }

    /** [url], if it may be used; see [io.github.latchkey.mcp.auth.UrlPolicy]. */
    suspend fun requireSafe(
        step: AuthorizationStep,
        url: HttpUrl,
    ): HttpUrl = throw unsafe(step, url, safety.findObjection(step, url) ?: return url)

    private fun unsafe(step: AuthorizationStep, url: HttpUrl, objection: String): AuthorizationFailedException =
        authorizationFailed(
            step,
            url.withoutQuery,
            "refused to use ${url.withoutQuery}, which $objection",
            "report this to the operator of the MCP server; if it is meant to be so, allow it with a UrlPolicy",
            expected = "https, or http on this machine, and an address that is no closer than the MCP server itself",
        )

    private companion object {
        const val MAX_REDIRECTS = 3
        val REDIRECTS = setOf(301, 302, 303, 307, 308)
        val ACCEPT_JSON = mapOf("Accept" to "application/json")
    }
}

/** The absolute URL in a server's document or challenge, or the failure that says it is none. */
internal fun requireHttpUrl(step: AuthorizationStep, name: String, value: String): HttpUrl =
    HttpUrl.parse(value) ?: throw authorizationFailed(
        step,
        null,
        "$name is not an absolute http(s) URL",
        "report this to the operator of the server",
        expected = "an absolute https URL",
    )

/** [url] answered, but with nothing that can be used; [problem] completes the sentence. */
internal fun unusable(
    step: AuthorizationStep,
    url: HttpUrl,
    problem: String,
    response: Response? = null,
    expected: String,
): AuthorizationFailedException {
    val isTemporary = isTemporary(response)
    return AuthorizationFailedException(
        message = "${url.withoutQuery} $problem",
        step = step,
        details =
        FailureDetails(
            phase = Phase.AUTHORIZE,
            url = url.withoutQuery,
            remedy = if (isTemporary) "try again later" else "report this to the operator of the server",
            answer = response?.let(::answerOf),
            isRetryable = isTemporary,
            retryAfterSeconds = response?.let(::retryAfterSeconds),
        ),
        expected = expected,
    )
}

internal fun isTemporary(response: Response?): Boolean = response != null && (response.status == 429 || response.status >= 500)

/** `Retry-After` in seconds; its form as a date is not supported. */
internal fun retryAfterSeconds(response: Response): Long? = response.headers["retry-after"]?.trim()?.toLongOrNull()?.takeIf { it >= 0 }

/** What may be told of an answer: not its body, which may hold a token. */
internal fun answerOf(response: Response): HttpAnswer =
    HttpAnswer(response.status, response.headers.filterKeys { it in TELLING_HEADERS })

private val TELLING_HEADERS = setOf("content-type", "date", "retry-after", "server", "via")
