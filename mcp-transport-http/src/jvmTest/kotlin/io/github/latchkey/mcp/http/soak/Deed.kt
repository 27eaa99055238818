package io.github.latchkey.mcp.http.soak

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.JsonRpcException
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.RequestTimeoutException

/**
 * What the server does with one call; the call names it as its tool.
 *
 * @property code what the caller gets, null for a result
 */
internal enum class Deed(val code: ErrorCode?, val weight: Int) {
    ANSWER(null, 40),
    ANSWER_AS_STREAM(null, 20),
    REFUSE(ErrorCode.SERVER_ERROR, 5),
    ANSWER_WITH_ERROR(ErrorCode.JSONRPC, 5),
    END(ErrorCode.UNREACHABLE, 5),
    RESET(ErrorCode.UNREACHABLE, 5),
    BREAK_OFF(ErrorCode.PROTOCOL, 5),
    END_STREAM(ErrorCode.PROTOCOL, 5),
    ANSWER_ANOTHER(ErrorCode.PROTOCOL, 3),
    FALL_SILENT(ErrorCode.TIMEOUT, 3),

    /** The server falls silent, and the caller cancels. */
    BE_CANCELLED(null, 4),
    ;

    val isSilent: Boolean get() = this == FALL_SILENT || this == BE_CANCELLED

    /** What is wrong with [failure] as the outcome of the call that carried [token]; null if it is that call's own. */
    fun complaintAbout(failure: McpException, token: String): String? =
        when {
            failure.code != code -> "the code is ${failure.code}"
            this == REFUSE && failure.answer?.bodyStart != token -> "the body is ${failure.answer?.bodyStart}"
            this == ANSWER_WITH_ERROR && (failure as JsonRpcException).error.message != token -> "the error is ${failure.error.message}"
            this == FALL_SILENT && (failure as RequestTimeoutException).deadline != "silence" -> "the deadline is ${failure.deadline}"
            else -> null
        }

    companion object {
        /** Each as often as its weight. */
        val DRAW: List<Deed> = entries.flatMap { deed -> List(deed.weight) { deed } }
    }
}
