package io.github.latchkey.mcp.auth.internal

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.auth.AuthorizationFailedException
import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.github.latchkey.mcp.auth.internal.url.percentEncode
import io.github.latchkey.mcp.transport.HttpFetcher.Response

/** What an authorization server answers when it refuses (RFC 6749 §4.1.2.1 and §5.2, RFC 7591 §3.2.2), with nothing in it that could disturb a terminal. */
internal class OAuthError private constructor(
    val error: String,
    val description: String?,
) {
    override fun toString(): String = if (description == null) error else "$error ($description)"

    companion object {
        private const val MAX_CHARS = 500

        /** Every one of [secrets] is taken out, and before anything is cut off: some servers repeat what they refuse. */
        fun of(error: String, description: String?, secrets: List<String> = emptyList()): OAuthError =
            OAuthError(
                printable(error.without(secrets)),
                description?.let { printable(it.without(secrets)) }?.takeIf { it.isNotBlank() },
            )

        /** The error in the body of [response], without any of [secrets]; null if there is none. */
        fun find(response: Response, secrets: List<String> = emptyList()): OAuthError? {
            val document = JsonDocument.parseOrNull(response.body) ?: return null
            return try {
                document.string("error")?.takeIf { it.isNotEmpty() }?.let { of(it, document.string("error_description"), secrets) }
            } catch (expected: MalformedDocumentException) {
                null
            }
        }

        private fun String.without(secrets: List<String>): String =
            secrets.filter { it.isNotEmpty() }.flatMap(::spellings).fold(this) { text, secret -> text.replace(secret, "…") }

        /** As it is, and as it was sent in a form. */
        private fun spellings(
            secret: String,
        ): List<String> = percentEncode(secret).let { listOf(secret, it, it.replace("%20", "+")) }.distinct()

        private fun printable(text: String): String =
            text.take(MAX_CHARS).map { if (it in ' '..'~' || it.isLetter() || it == '…') it else ' ' }.joinToString("").trim()
    }
}

/** The authorization server said no, in so many words. */
internal fun refused(
    step: AuthorizationStep,
    url: HttpUrl,
    what: String,
    error: OAuthError,
    response: Response?,
    remedy: String,
): AuthorizationFailedException =
    AuthorizationFailedException(
        message = "${url.withoutQuery} $what: $error",
        step = step,
        details =
        FailureDetails(
            Phase.AUTHORIZE,
            url.withoutQuery,
            remedy,
            response?.let(::answerOf),
            isRetryable = isTemporary(response) || error.error in setOf("temporarily_unavailable", "server_error", "slow_down"),
            retryAfterSeconds = response?.let(::retryAfterSeconds),
        ),
        error = error.error,
        errorDescription = error.description,
    )
