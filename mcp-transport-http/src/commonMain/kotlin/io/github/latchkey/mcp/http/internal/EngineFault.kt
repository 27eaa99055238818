package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.HttpAnswer
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProtocolException
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.TlsException
import io.github.latchkey.mcp.UnreachableException

/**
 * Says what an engine's exception means. Engines throw what they like, from `IOException` to `NumberFormatException`; this is the
 * only place that knows.
 */
internal fun interface EngineFaults {
    fun judge(cause: Throwable): EngineFault
}

/**
 * Why there was no answer, or not all of it.
 *
 * @property reason in a few words, lower case
 * @property remedy one sentence
 * @property isRetryable whether trying again may help
 * @property status what a proxy answered; null if it is not about that
 * @property isAboutProxy whether the reason names the proxy already
 */
internal class EngineFault(
    val kind: Kind,
    val reason: String,
    val remedy: String,
    val isRetryable: Boolean = kind != Kind.TLS && kind != Kind.BAD_HTTP && kind != Kind.BAD_CONTENT,
    val status: Int? = null,
    val isAboutProxy: Boolean = status != null,
) {
    enum class Kind { NO_CONNECTION, CONNECTION_LOST, TLS, CONNECT_TIMEOUT, TLS_TIMEOUT, BAD_HTTP, BAD_CONTENT }
}

/** A fault that was found here and not in an engine. */
internal class EngineFaultException(
    val fault: EngineFault,
    cause: Throwable? = null,
) : Exception(fault.reason, cause)

/** The fault that [cause] is about if it was found here, else what [judge] says. */
internal inline fun faultOf(cause: Throwable, judge: (Throwable) -> EngineFault): EngineFault {
    var current: Throwable? = cause
    repeat(MAX_CAUSES) {
        when (val found = current) {
            is EngineFaultException -> return found.fault
            is BrokenContentException -> return brokenContent(found)
        }
        current = current?.cause
    }
    return judge(cause)
}

internal fun brokenContent(cause: BrokenContentException) =
    EngineFault(
        EngineFault.Kind.BAD_CONTENT,
        "its gzip data is broken (${oneLine(cause.message.orEmpty())})",
        "report this to whoever runs the server or a proxy before it",
    )

/** The failure of a request to [url] that had no answer. */
internal fun EngineFault.beforeAnswer(url: String, phase: Phase, connectTimeoutMillis: Long, cause: Throwable): McpException {
    val details = FailureDetails(phase, url, remedy, status?.let(::HttpAnswer), isRetryable)
    return when (kind) {
        EngineFault.Kind.NO_CONNECTION -> UnreachableException("cannot reach $url: $reason", details, cause)
        EngineFault.Kind.CONNECTION_LOST -> UnreachableException("no answer from $url: $reason", details, cause)
        EngineFault.Kind.TLS -> TlsException("no TLS connection to $url: $reason", details, cause)
        EngineFault.Kind.CONNECT_TIMEOUT -> timeout("tcp connect", url, connectTimeoutMillis, details, cause)
        EngineFault.Kind.TLS_TIMEOUT -> timeout("tls handshake", url, connectTimeoutMillis, details, cause)
        EngineFault.Kind.BAD_HTTP -> ProtocolException("the answer from $url is not HTTP: $reason", details, cause)
        EngineFault.Kind.BAD_CONTENT -> ProtocolException("the answer from $url cannot be read: $reason", details, cause)
    }
}

/** The failure of a request to [url] whose answer broke off in its body. */
internal fun EngineFault.inBody(url: String, phase: Phase, answer: HttpAnswer, cause: Throwable): McpException =
    if (kind == EngineFault.Kind.BAD_CONTENT) {
        ProtocolException("the answer from $url cannot be read: $reason", FailureDetails(phase, url, remedy, answer), cause)
    } else {
        ProtocolException(
            "the answer from $url broke off: $reason",
            FailureDetails(
                phase,
                url,
                "try again; if it keeps happening, look at the server or a proxy before it",
                answer,
                isRetryable = true,
            ),
            cause,
        )
    }

private fun EngineFault.timeout(deadline: String, url: String, limitMillis: Long, details: FailureDetails, cause: Throwable) =
    RequestTimeoutException("no connection to $url: $reason within $limitMillis ms", deadline, limitMillis, details, cause)

internal const val MAX_CAUSES = 16
