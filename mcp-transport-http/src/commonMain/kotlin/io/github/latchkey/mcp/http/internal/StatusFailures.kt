package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.ForbiddenException
import io.github.latchkey.mcp.HttpAnswer
import io.github.latchkey.mcp.HttpStatusException
import io.github.latchkey.mcp.InsufficientScopeException
import io.github.latchkey.mcp.JsonRpcException
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.NotMcpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProtocolException
import io.github.latchkey.mcp.SessionExpiredException
import io.github.latchkey.mcp.UnauthorizedException
import io.ktor.util.date.getTimeMillis

/**
 * What a status outside 2xx means for one request: a table, without I/O.
 *
 * @param url where it was sent
 * @param name what was sent
 * @param hasSession whether it carried a session id
 * @param hasAuthorizer whether somebody could have supplied credentials
 */
internal class StatusFailures(
    private val url: String,
    private val phase: Phase,
    private val name: String,
    private val hasSession: Boolean,
    private val hasAuthorizer: Boolean,
) {
    fun of(answer: HttpAnswer): McpException =
        when (answer.status) {
            401 -> unauthorized(answer)
            403 -> forbidden(answer)
            429 -> later(answer, ErrorCode.RATE_LIMITED, "the server limits how often it may be asked", isRetryable = true)
            in 100..199 -> interim(answer)
            in 300..399 -> HttpStatusException(message(answer), ErrorCode.REJECTED, details(answer, "check the URL"))
            in 400..499 -> refused(answer)
            in 500..599 -> later(answer, ErrorCode.SERVER_ERROR, "the server failed", answer.status in TEMPORARY)
            else -> ProtocolException(message(answer), details(answer, "check the URL: this is no status of HTTP"))
        }

    /** The same for an answer of status 3xx that is not followed. */
    fun ofRedirect(answer: HttpAnswer, redirect: Redirect.Refused): McpException =
        HttpStatusException("${message(answer)}, ${redirect.what}", ErrorCode.REJECTED, details(answer, redirect.remedy))

    private fun unauthorized(answer: HttpAnswer): McpException {
        val remedy =
            if (hasAuthorizer) {
                "sign in again, or check the token: the server refused the credentials it was sent"
            } else {
                "give the transport an authorizer: one that signs in, or a BearerToken if you have a token"
            }
        return UnauthorizedException(message(answer), details(answer, remedy))
    }

    private fun forbidden(answer: HttpAnswer): McpException {
        val challenge = answer.challenges.find { it.parameters["error"] == "insufficient_scope" }
        if (challenge == null) {
            return ForbiddenException(
                message(answer),
                details(answer, "ask whoever runs the server for access, or sign in as somebody who has it"),
            )
        }
        val scopes = challenge.parameters["scope"].orEmpty().split(' ').filter { it.isNotEmpty() }
        val wanted = if (scopes.isEmpty()) "more scopes" else "the scopes ${scopes.joinToString(" ")}"
        return InsufficientScopeException(message(answer), scopes, details(answer, "sign in with $wanted"))
    }

    private fun interim(answer: HttpAnswer): McpException =
        ProtocolException(
            message(answer) + ", which is no final answer",
            details(answer, "use the OkHttp engine (io.ktor:ktor-client-okhttp-jvm), which skips interim answers as HTTP asks"),
        )

    private fun refused(answer: HttpAnswer): McpException {
        val error = answer.jsonRpcError
        return when {
            answer.status == 404 && hasSession ->
                SessionExpiredException(
                    message(answer) + ": the session is gone",
                    details(answer, "connect again: the server has ended the session"),
                )

            error != null ->
                JsonRpcException(
                    message(answer) + " and JSON-RPC error ${error.code}: ${oneLine(error.message)}",
                    error,
                    details(answer, "read the server's message: sending the same again will not help"),
                )

            answer.status in NO_ENDPOINT ->
                NotMcpException(message(answer), details(answer, "check the URL: there is no MCP endpoint at this path"))

            else -> HttpStatusException(
                message(answer),
                ErrorCode.REJECTED,
                details(
                    answer,
                    rejectedRemedy(answer.status),
                    answer.status in TEMPORARY,
                ),
            )
        }
    }

    private fun rejectedRemedy(status: Int): String =
        when (status) {
            413 -> "send less at once: the server refuses messages of this size"
            431 -> "send fewer or shorter headers: the server refuses as many"
            else -> "read the server's answer: it refused this request"
        }

    private fun later(answer: HttpAnswer, code: ErrorCode, what: String, isRetryable: Boolean): McpException {
        val seconds = parseRetryAfter(answer.headers["retry-after"], getTimeMillis())
        val wait = if (seconds == null) "try again later" else "try again in $seconds s"
        return HttpStatusException(message(answer), code, details(answer, "$wait: $what", isRetryable || seconds != null, seconds))
    }

    private fun message(answer: HttpAnswer) = "$url answered $name with HTTP ${answer.status}"

    private fun details(answer: HttpAnswer, remedy: String, isRetryable: Boolean = false, retryAfterSeconds: Long? = null) =
        FailureDetails(phase, url, remedy, answer, isRetryable, retryAfterSeconds)

    private companion object {
        val NO_ENDPOINT = setOf(404, 405, 410)
        val TEMPORARY = setOf(408, 425, 502, 503, 504)
    }
}
