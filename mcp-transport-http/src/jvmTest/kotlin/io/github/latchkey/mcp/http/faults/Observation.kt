package io.github.latchkey.mcp.http.faults

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.ForbiddenException
import io.github.latchkey.mcp.HttpStatusException
import io.github.latchkey.mcp.InsufficientScopeException
import io.github.latchkey.mcp.JsonRpcException
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.MessageTooLargeException
import io.github.latchkey.mcp.NotMcpException
import io.github.latchkey.mcp.ProtocolException
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.SessionExpiredException
import io.github.latchkey.mcp.TlsException
import io.github.latchkey.mcp.UnauthorizedException
import io.github.latchkey.mcp.UnreachableException
import kotlin.reflect.KClass

/**
 * What came of a case.
 *
 * @property failure what the caller got; null if it did not notice
 * @property millis how long that took
 * @property problems what was left behind or harmed, empty if nothing was
 * @property heard what became of the server's own stream; null if it was none that met the fault
 */
internal class Observation(val failure: Throwable?, val millis: Long, val problems: List<String>, val heard: Heard? = null)

/** The end of the server's own stream, and its reason if one was told. */
internal class Heard(val fate: StreamFate, val reason: String?)

/** Throws `AssertionError` unless this is what was expected of [case]. */
internal fun Observation.verify(case: FaultCase) {
    val expected = case.expected
    val wrong = problems.toMutableList()
    when (expected) {
        Expected.NoEffect -> if (failure != null) wrong += "it had an effect"

        is Expected.OnStream -> {
            if (failure != null) wrong += "the session was harmed"
            if (heard?.fate != expected.fate) wrong += "the stream ${heard?.fate}: ${heard?.reason}"
        }

        is Expected.Fails -> wrong += differences(case, expected.code.id, expected.status)

        is Expected.TimesOut -> {
            wrong += differences(case, "timeout", status = null)
            val timeout = failure as? RequestTimeoutException
            if (timeout != null && timeout.deadline != expected.deadline) wrong += "the deadline is ${timeout.deadline}"
            if (timeout != null && millis < timeout.limitMillis * 9 / 10) wrong += "it took only $millis ms"
        }
    }
    if (millis > (if (case.stage == Stage.CLOSE) MAX_CLOSE_MILLIS else MAX_MILLIS)) wrong += "it took $millis ms"
    if (wrong.isEmpty()) return
    val told = wrong.joinToString("\n", "$case: expected $expected, but\n")
    throw AssertionError(told, failure)
}

private fun Observation.differences(case: FaultCase, code: String, status: Int?): List<String> {
    val failure = failure as? McpException ?: return listOf("it had no effect")
    return buildList {
        if (failure.code.id != code) add("the code is ${failure.code}: ${failure.message}")
        if (!failure.hasTypeOfItsCode()) add("${failure::class.simpleName} has the code ${failure.code}")
        if (failure.status != status) add("the status is ${failure.status}")
        if (failure.phase != case.stage.phase) add("the phase is ${failure.phase}")
        if (failure.remedy.isBlank()) add("there is no remedy")
        if (failure.url == null) add("there is no URL")
    }
}

/** An order of magnitude less than the deadlines that must not be waited for, and more than a busy machine needs. */
private const val MAX_MILLIS = 6_000L
private const val MAX_CLOSE_MILLIS = 2_000L

private val TYPES: Map<KClass<*>, ErrorCode?> =
    mapOf(
        UnauthorizedException::class to ErrorCode.UNAUTHORIZED,
        ForbiddenException::class to ErrorCode.FORBIDDEN,
        InsufficientScopeException::class to ErrorCode.INSUFFICIENT_SCOPE,
        UnreachableException::class to ErrorCode.UNREACHABLE,
        TlsException::class to ErrorCode.TLS,
        RequestTimeoutException::class to ErrorCode.TIMEOUT,
        NotMcpException::class to ErrorCode.NOT_MCP,
        ProtocolException::class to ErrorCode.PROTOCOL,
        MessageTooLargeException::class to ErrorCode.TOO_LARGE,
        JsonRpcException::class to ErrorCode.JSONRPC,
        SessionExpiredException::class to ErrorCode.SESSION_EXPIRED,
    )
private val CODES_OF_STATUS = setOf(ErrorCode.RATE_LIMITED, ErrorCode.SERVER_ERROR, ErrorCode.REJECTED)

private fun McpException.hasTypeOfItsCode() =
    if (this is HttpStatusException) code in CODES_OF_STATUS else TYPES[this::class] == code
