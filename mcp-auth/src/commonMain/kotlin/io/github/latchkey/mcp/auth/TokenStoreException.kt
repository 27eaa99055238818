package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase
import kotlin.jvm.JvmOverloads

/** What is the matter with a token store. */
public enum class TokenStoreProblem {
    /** What is stored cannot be read any more: it was cut off, or changed by somebody else. */
    CORRUPTED,

    /** There is something, but no token store. */
    FOREIGN,

    /** A newer version wrote it. */
    TOO_NEW,

    /** It is encrypted, and there is no key. */
    KEY_MISSING,

    /** It is encrypted with another key. */
    WRONG_KEY,

    /** There is a key, but it is not encrypted. */
    NOT_ENCRYPTED,

    /** Others than its owner could read or replace it. */
    INSECURE,

    /** It is larger than any token store should be. */
    TOO_LARGE,

    /** Somebody else did not let go of it in time. */
    LOCKED,

    /** Reading or writing failed: no room, no permission, no such folder. */
    IO,
}

/**
 * A [TokenStore] cannot be read or written ([ErrorCode.AUTHORIZATION_FAILED]). What is stored is left as it is.
 *
 * @property problem what the matter is
 */
public class TokenStoreException @JvmOverloads constructor(
    message: String,
    public val problem: TokenStoreProblem,
    remedy: String,
    cause: Throwable? = null,
) : McpException(message, cause, ErrorCode.AUTHORIZATION_FAILED, details(problem, remedy)) {
    private companion object {
        fun details(problem: TokenStoreProblem, remedy: String) =
            FailureDetails(Phase.AUTHORIZE, url = null, remedy, isRetryable = problem == TokenStoreProblem.LOCKED)
    }
}
