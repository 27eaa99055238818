package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.HttpAnswer
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase

/**
 * A step of the sign-in.
 *
 * @property id the name on the command line, in JSON and in events
 */
public enum class AuthorizationStep(public val id: String) {
    /** Finding out which authorization server protects the MCP server (RFC 9728). */
    RESOURCE_METADATA("resource_metadata"),

    /** Finding out what that authorization server offers (RFC 8414, OpenID Connect Discovery). */
    SERVER_METADATA("server_metadata"),

    /** Getting a client id (RFC 7591, client id metadata documents, or given by the application). */
    REGISTRATION("registration"),

    /** The person's part, up to the redirect back to us, or to the code for another device. */
    AUTHORIZATION("authorization"),

    /** Turning the authorization code, or what else there is to show, into a token. */
    TOKEN("token"),

    /** Getting a new token without the person. */
    REFRESH("refresh"),

    /** Having the identity provider vouch for the person (RFC 8693). */
    TOKEN_EXCHANGE("token_exchange"),
    ;

    override fun toString(): String = id
}

/**
 * A step of the sign-in failed ([ErrorCode.AUTHORIZATION_FAILED]). [url] is the document or endpoint of the step, without its query.
 *
 * @property step which one
 * @property error the error code that the authorization server sent, such as `access_denied` (RFC 6749 §4.1.2.1, §5.2, RFC 7591 §3.2.2); null if it sent none
 * @property errorDescription its own words, null if it sent none. Not for branching, and not to be trusted
 * @property expected what should have been there instead, null where there is nothing to compare
 * @property authorizationUrl where a person could have signed in, if [step] is [AuthorizationStep.AUTHORIZATION] and nobody could be asked; else null.
 *   It lacks a `client_id` if a client would first have to be registered. Its `state` belongs to this attempt: do not log it
 */
public class AuthorizationFailedException internal constructor(
    message: String,
    public val step: AuthorizationStep,
    details: FailureDetails,
    public val error: String? = null,
    public val errorDescription: String? = null,
    public val expected: String? = null,
    public val authorizationUrl: String? = null,
    cause: Throwable? = null,
) : McpException(message, cause, ErrorCode.AUTHORIZATION_FAILED, details) {
    /** The same failure for another caller who waited for the same sign-in: a shared instance would lie about the stack. */
    internal fun again(): AuthorizationFailedException =
        AuthorizationFailedException(
            message = message.orEmpty(),
            step = step,
            details = FailureDetails(phase, url, remedy, answer, isRetryable, retryAfterSeconds),
            error = error,
            errorDescription = errorDescription,
            expected = expected,
            authorizationUrl = authorizationUrl,
            cause = this,
        )
}

/** The failures that need no more than a sentence, an address and what to do about it. */
internal fun authorizationFailed(
    step: AuthorizationStep,
    url: String?,
    message: String,
    remedy: String,
    expected: String? = null,
    answer: HttpAnswer? = null,
    cause: Throwable? = null,
): AuthorizationFailedException {
    val details = FailureDetails(Phase.AUTHORIZE, url, remedy, answer)
    return AuthorizationFailedException(message, step, details, expected = expected, cause = cause)
}
