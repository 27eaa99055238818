package io.github.latchkey.mcp.test

import java.util.concurrent.ConcurrentLinkedQueue

/**
 * An HTTP answer that a server of this kit gives instead of its own, or a pause before its own.
 *
 * @property status the status to answer with; null for a pause only.
 * @property headers the header fields to send, `Content-Type` included.
 * @property body the body to send, empty for none.
 * @property delayMillis how long to wait before answering.
 */
public class ScriptedAnswer private constructor(
    public val status: Int?,
    headers: Map<String, String>,
    public val body: String,
    public val delayMillis: Long,
) {
    public val headers: Map<String, String> = headers.toMap()

    /** The same answer, [millis] later. */
    public fun after(millis: Long): ScriptedAnswer = ScriptedAnswer(status, headers, body, millis)

    /** The same answer with the header field [name] added. */
    public fun withHeader(
        name: String,
        value: String,
    ): ScriptedAnswer = ScriptedAnswer(status, headers + (name to value), body, delayMillis)

    public companion object {
        /** [status] with [body] as [contentType]; a null type sends none. */
        @JvmStatic
        @JvmOverloads
        public fun of(status: Int, contentType: String? = null, body: String = ""): ScriptedAnswer =
            ScriptedAnswer(status, if (contentType == null) emptyMap() else mapOf("Content-Type" to contentType), body, 0)

        /** [status] with a JSON [body]. */
        @JvmStatic
        public fun json(status: Int, body: String): ScriptedAnswer = of(status, "application/json", body)

        /** A web page, as a proxy or a captive portal would send it. */
        @JvmStatic
        @JvmOverloads
        public fun html(status: Int = 200): ScriptedAnswer =
            of(status, "text/html; charset=utf-8", "<!doctype html><html><body><h1>Welcome</h1></body></html>")

        /** The server's own answer, [millis] later. */
        @JvmStatic
        public fun pause(millis: Long): ScriptedAnswer = ScriptedAnswer(null, emptyMap(), "", millis)
    }
}

/** What to answer next, and from then on. */
internal class AnswerScript {
    private val next = ConcurrentLinkedQueue<ScriptedAnswer>()

    @Volatile
    var always: ScriptedAnswer? = null

    fun add(answer: ScriptedAnswer) {
        next += answer
    }

    fun take(): ScriptedAnswer? = next.poll() ?: always
}
