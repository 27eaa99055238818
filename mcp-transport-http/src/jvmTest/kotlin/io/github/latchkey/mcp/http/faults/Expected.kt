package io.github.latchkey.mcp.http.faults

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.http.CIO_ENGINE
import io.github.latchkey.mcp.http.OKHTTP_ENGINE
import io.github.latchkey.mcp.http.TestEngine
import io.github.latchkey.mcp.test.Fault
import io.github.latchkey.mcp.test.Faults

/** What a fault leads to. */
internal sealed interface Expected {
    /** The caller does not notice. */
    data object NoEffect : Expected

    /** The caller gets an exception at once. */
    data class Fails(val code: ErrorCode, val status: Int? = null) : Expected

    /** The caller gets a timeout that names [deadline], when it has passed. */
    data class TimesOut(val deadline: String) : Expected

    /** The session does without its stream, or has it again. */
    data class OnStream(val fate: StreamFate) : Expected
}

/** What becomes of the server's own stream. */
internal enum class StreamFate {
    /** It is there until the session ends, as far as anybody can tell. */
    STAYS,

    /** It is asked for again, as long as that brings something new. */
    RETURNS,

    /** There is none, which is the server's right. */
    NONE,

    /** It is refused for a reason that somebody could mend. */
    REFUSED,

    /** It is given up, after five attempts in a row that brought nothing. */
    LOST,
}

/** What [fault] leads to when it happens at [stage] on [engine]. */
internal fun expectedOf(fault: Fault, engine: TestEngine, stage: Stage): Expected {
    val inCall = expectedInCall(fault.id, engine)
    return when {
        // Nobody waits for what the server says to the end of its session.
        stage == Stage.CLOSE -> Expected.NoEffect

        stage == Stage.STREAM -> Expected.OnStream(fateOf(fault, engine))

        // Every 2xx means accepted, whatever comes with it (HTTP-07).
        stage == Stage.INITIALIZED && (fault.id in ACCEPTED || inCall.isOf2xx()) -> Expected.NoEffect

        stage.isHandshake && inCall is Expected.TimesOut && inCall.deadline in DEADLINES_OF_CALLS -> Expected.TimesOut("connect")

        // To what carries a session id, 404 says that the session is gone. It is begun anew once, and then the same again (HTTP-26).
        stage in WITH_SESSION_ID && inCall is Expected.Fails && inCall.status == 404 -> Expected.Fails(ErrorCode.SESSION_EXPIRED, 404)

        else -> inCall
    }
}

private fun fateOf(fault: Fault, engine: TestEngine): StreamFate =
    FATES[fault.id] ?: when (fault) {
        // No body is read that is not an event stream.
        in Faults.OF_BODY -> StreamFate.NONE

        in Faults.OF_STREAM -> StreamFate.RETURNS

        else -> fateBy(expectedInCall(fault.id, engine))
    }

private fun fateBy(inCall: Expected): StreamFate =
    when {
        inCall !is Expected.Fails || inCall.isOf2xx() || inCall.code in NO_STREAM -> StreamFate.NONE
        inCall.code == ErrorCode.UNREACHABLE -> StreamFate.LOST
        else -> StreamFate.REFUSED
    }

private val NO_STREAM = setOf(ErrorCode.NOT_MCP, ErrorCode.REJECTED, ErrorCode.JSONRPC)

private val FATES: Map<String, StreamFate> =
    listOf(
        StreamFate.STAYS to
            listOf(
                "stream-silent", "stream-falls-silent", "stream-comments", "stream-notifications", "stream-goes-on", "stream-stays-open",
                "silence", "silence-in-status-line", "silence-in-headers", "trickle-headers",
            ),
        StreamFate.RETURNS to listOf("reset-at-once", "end-at-once"),
        StreamFate.REFUSED to listOf("stream-oversized-event", "stream-oversized-line"),
        StreamFate.LOST to listOf("stream-empty", "stream-cut-in-event", "black-hole"),
    ).flatMap { (fate, ids) -> ids.map { it to fate } }.toMap()

private fun Expected.isOf2xx() = this is Expected.Fails && status in 200..299

private val WITH_SESSION_ID = setOf(Stage.INITIALIZED, Stage.SESSION_CALL)

private val DEADLINES_OF_CALLS = setOf("silence", "absolute")

// Of status 2xx, and known by something else than that in a call.
private val ACCEPTED =
    setOf(
        "jsonrpc-error", "jsonrpc-error-without-id", "wrong-result", "stream-error", "stream-silent", "stream-falls-silent",
        "stream-comments", "stream-notifications", "silence-after-headers", "silence-in-body", "silence-in-chunks", "trickle-body",
    )

private fun expectedInCall(id: String, engine: TestEngine): Expected =
    DIFFERENCES[id to engine] ?: EXPECTED_IN_CALL[id] ?: throw AssertionError("nothing is expected of the fault $id")

private fun statuses(code: ErrorCode, vararg statuses: Int): List<Pair<String, Expected>> =
    statuses.flatMap { status ->
        listOf("status-$status" to Expected.Fails(code, status), "status-$status-text" to Expected.Fails(code, status))
    }

private fun fails(code: ErrorCode, status: Int?, vararg ids: String): List<Pair<String, Expected>> =
    ids.map { it to Expected.Fails(code, status) }

private fun timesOut(deadline: String, vararg ids: String): List<Pair<String, Expected>> = ids.map { it to Expected.TimesOut(deadline) }

private fun hasNoEffect(vararg ids: String): List<Pair<String, Expected>> = ids.map { it to Expected.NoEffect }

private val EXPECTED_IN_CALL: Map<String, Expected> =
    listOf(
        statuses(ErrorCode.REJECTED, 400, 406, 408, 409, 413, 415, 422, 425, 431, 451),
        statuses(ErrorCode.UNAUTHORIZED, 401),
        statuses(ErrorCode.FORBIDDEN, 403),
        statuses(ErrorCode.NOT_MCP, 404, 405, 410),
        statuses(ErrorCode.RATE_LIMITED, 429),
        statuses(ErrorCode.SERVER_ERROR, 500, 501, 502, 503, 504),
        fails(ErrorCode.REJECTED, 400, "status-400-html"),
        fails(ErrorCode.NOT_MCP, 404, "status-404-html"),
        fails(ErrorCode.SERVER_ERROR, 502, "status-502-html"),
        fails(ErrorCode.UNAUTHORIZED, 401, "status-401-challenge"),
        fails(ErrorCode.INSUFFICIENT_SCOPE, 403, "status-403-scope"),
        fails(ErrorCode.REJECTED, 304, "status-304"),
        fails(ErrorCode.PROTOCOL, 999, "status-999"),
        fails(ErrorCode.SERVER_ERROR, 500, "status-500-endless-body", "status-500-cut-body", "status-500-jsonrpc"),
        fails(ErrorCode.JSONRPC, 400, "status-400-jsonrpc"),
        fails(ErrorCode.JSONRPC, 404, "status-404-jsonrpc"),
        fails(ErrorCode.REJECTED, 307, "redirect-loop", "redirect-other-origin", "redirect-nowhere", "redirect-script"),
        fails(ErrorCode.REJECTED, 308, "redirect-loop-308"),
        fails(ErrorCode.REJECTED, 303, "redirect-303"),
        fails(ErrorCode.REJECTED, 302, "redirect-302"),
        fails(ErrorCode.REJECTED, 301, "redirect-301"),
        fails(ErrorCode.NOT_MCP, 202, "status-202"),
        fails(ErrorCode.NOT_MCP, 204, "status-204"),
        fails(ErrorCode.NOT_MCP, 200, "empty", "empty-json", "html", "text-type", "no-type"),
        fails(
            ErrorCode.PROTOCOL, 200, "html-as-json", "not-json", "byte-order-mark", "json-null", "json-array", "json-twice",
            "json-deep", "wrong-id", "string-id", "no-id", "wrong-jsonrpc", "no-jsonrpc", "result-and-error", "no-result",
            "wrong-error", "encoded", "notification-instead", "cut-length", "cut-between-chunks", "cut-in-chunk", "cut-unframed",
            "cut-before-body", "reset-before-body", "reset-in-body",
        ),
        fails(ErrorCode.PROTOCOL, null, "wrong-result"),
        fails(ErrorCode.JSONRPC, null, "jsonrpc-error", "jsonrpc-error-without-id", "stream-error"),
        fails(ErrorCode.TOO_LARGE, 200, "oversized-length", "oversized-chunks", "stream-oversized-event", "stream-oversized-line"),
        fails(
            ErrorCode.PROTOCOL, 200, "stream-empty", "stream-ended", "stream-ended-in-event", "stream-cut", "stream-cut-in-event",
            "stream-reset", "stream-wrong-id", "stream-not-json", "stream-other-type", "bad-chunk-size",
        ),
        fails(
            ErrorCode.PROTOCOL,
            null,
            "garbage",
            "bad-status-line",
            "oversized-header",
            "greeting",
            "http-to-tls",
        ),
        fails(
            ErrorCode.UNREACHABLE, null, "cut-headers", "refused", "unknown-host", "reset-at-once", "end-at-once",
            "reset-after-request", "end-after-request",
        ),
        fails(ErrorCode.TLS, null, "tls-to-http", "tls-ended", "tls-untrusted"),
        timesOut("silence", "stream-silent", "stream-falls-silent"),
        timesOut("absolute", "stream-comments", "stream-notifications", "trickle-body"),
        timesOut("silence", "silence", "silence-in-status-line", "silence-in-headers", "silence-after-headers", "silence-in-body"),
        timesOut("silence", "silence-in-chunks", "trickle-headers"),
        timesOut("tcp connect", "black-hole"),
        timesOut("tls handshake", "tls-silent"),
        hasNoEffect(
            "json-with-charset", "bad-utf8", "stream-cr", "stream-crlf", "stream-mixed-ends", "stream-byte-by-byte",
            "stream-byte-order-mark", "stream-garbage-fields", "stream-bad-utf8", "stream-broken-event-first",
            "stream-other-response-first", "stream-priming", "stream-cut-after-response", "stream-goes-on", "stream-stays-open",
            "interim", "http-1.0",
        ),
    ).flatten().toMap()

/** Where an engine does other than [EXPECTED_IN_CALL] says; docs/adr/0001-http-engine.md has the reasons. */
private val DIFFERENCES: Map<Pair<String, TestEngine>, Expected> =
    mapOf(
        ("interim" to CIO_ENGINE) to Expected.Fails(ErrorCode.PROTOCOL, 103),
        ("tls-silent" to CIO_ENGINE) to Expected.TimesOut("silence"),
        // CIO does not tell a chunked body that breaks off from one that ends.
        ("cut-before-body" to CIO_ENGINE) to Expected.Fails(ErrorCode.NOT_MCP, 200),
        ("tls-ended" to CIO_ENGINE) to Expected.Fails(ErrorCode.UNREACHABLE),
        ("bad-length" to CIO_ENGINE) to Expected.Fails(ErrorCode.PROTOCOL, 200),
        ("bad-length" to OKHTTP_ENGINE) to Expected.NoEffect,
        // OkHttp does not tell that its limit of 256 KiB was reached; CIO has a limit for a line alone.
        ("oversized-headers" to CIO_ENGINE) to Expected.NoEffect,
        ("oversized-headers" to OKHTTP_ENGINE) to Expected.Fails(ErrorCode.UNREACHABLE),
        ("oversized-header" to OKHTTP_ENGINE) to Expected.Fails(ErrorCode.UNREACHABLE),
    )
