package io.github.latchkey.mcp.http.faults

import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.http.ENGINES
import io.github.latchkey.mcp.test.Fault
import io.github.latchkey.mcp.test.Faults

/** The matrix as a page of documentation. */
internal fun faultTable(observed: Map<FaultCase, Observation>): String =
    buildString {
        append(INTRODUCTION)
        for ((title, faults) in SECTIONS) {
            append(
                "\n## $title\n\n| fault | what happens | where | engine | code | retry | message |\n| --- | --- | --- | --- | --- | --- | --- |\n",
            )
            faults.forEach { fault -> rowsOf(fault, observed.filterKeys { it.fault === fault }).forEach { append(it).append('\n') } }
        }
    }

private fun rowsOf(fault: Fault, observed: Map<FaultCase, Observation>): List<String> {
    val byOutcome =
        observed.entries
            .filter { it.key.stage != Stage.CLOSE }
            .groupBy({ outcome(it.value) }, { it.key })
            .entries
            .filterNot { (outcome, cases) -> outcome == NO_EFFECT && cases.all { it.stage == Stage.INITIALIZED } }
            .sortedBy { entry -> entry.value.minOf { it.stage } }
    return byOutcome.flatMap { (outcome, cases) ->
        // One row where the engines agree; else one for each.
        val byEngine = ENGINES.associate { engine -> engine.name to cases.filter { it.engine === engine }.map { it.stage }.sorted() }
        val rows =
            if (byEngine.values.distinct().size == 1) {
                listOf(byEngine.values.first() to "both")
            } else {
                byEngine.filterValues { it.isNotEmpty() }.map { (engine, stages) -> stages to engine }
            }
        rows.map { (stages, engine) ->
            listOf("`$fault`", fault.description, places(stages, fault), engine, outcome.code, outcome.retry, outcome.message)
                .joinToString(" | ", "| ", " |")
        }
    }
}

private data class Outcome(val code: String, val retry: String, val message: String)

private val NO_EFFECT = Outcome("–", "–", "no effect")

private fun outcome(observation: Observation): Outcome {
    observation.heard?.let { return Outcome("–", "–", outcome(it)) }
    val failure = observation.failure as? McpException ?: return NO_EFFECT
    val deadline = (failure as? RequestTimeoutException)?.deadline?.let { " ($it)" }.orEmpty()
    val retry = failure.retryAfterSeconds?.let { "after $it s" } ?: if (failure.isRetryable) "yes" else "no"
    return Outcome("`${failure.code}`$deadline", retry, pattern(failure.message.orEmpty()))
}

private fun outcome(heard: Heard): String {
    val what =
        when (heard.fate) {
            StreamFate.STAYS -> return "no effect"
            StreamFate.RETURNS -> return "the stream is connected again"
            StreamFate.NONE -> "no stream"
            StreamFate.REFUSED, StreamFate.LOST -> "a warning"
        }
    return "$what: ${pattern(heard.reason.orEmpty())}"
}

/** `connect; request`, with the stages in parentheses where it is not all that the phase has. */
private fun places(stages: List<Stage>, fault: Fault): String =
    stages.groupBy { it.phase }.entries.joinToString("; ") { (phase, of) ->
        val all = Stage.entries.filter { it.phase == phase && it.place in fault.places }
        if (of.containsAll(all)) "$phase" else "$phase (${of.joinToString { it.label }})"
    }

/** The message without what differs from one run, machine or engine version to the next. */
private fun pattern(message: String): String {
    val general =
        REPLACEMENTS.fold(message) { text, (expression, replacement) -> text.replace(expression, replacement) }
    return general.replace("|", "\\|").replace("<", "&lt;")
}

private val REPLACEMENTS =
    listOf(
        Regex("https?://(127\\.0\\.0\\.1:\\d+|latchkey\\.invalid)/mcp") to "URL",
        Regex("http://127\\.0\\.0\\.1:\\d+") to "ORIGIN",
        Regex("tools/call|server/discover|notifications/initialized|initialize") to "METHOD",
        Regex("\\b\\d+(\\.\\d+)?( ms|ms|s)\\b") to "LIMIT",
        Regex("offset \\d+") to "offset N",
        Regex("only \\d+ of \\d+ bytes") to "only N of N bytes",
        // What engines, and the JDK below them, say in their own words.
        Regex("(is not HTTP: |broke off: |is not trusted: ).*") to "$1…",
        Regex("no TLS connection to URL: (?!the certificate).*") to "no TLS connection to URL: …",
        // Which of them a client sees depends on what it was doing.
        Regex("connection (closed|reset)$") to "connection closed or reset",
    )

private val SECTIONS: List<Pair<String, List<Fault>>> =
    listOf(
        "Statuses and redirects" to Faults.OF_STATUS,
        "Bodies" to Faults.OF_BODY,
        "Event streams" to Faults.OF_STREAM,
        "Framing" to Faults.OF_FRAMING,
        "Silence" to Faults.OF_TIME,
        "Connections and TLS" to Faults.OF_CONNECTION,
    )

private val INTRODUCTION =
    """
    # What fails, and how

    Every fault here is made to happen over a real socket, at each place, on both engines. This page is written by that test
    (`FaultMatrixIT`), and `mvn verify` fails when it is out of date. To write it anew:
    `mvn verify -pl mcp-transport-http -am -Dlatchkey.write`.

    The test also asserts, for every row:

    - the type of the exception, its phase, its status, and that it has a URL and a remedy;
    - that it comes at once, unless its code is `timeout`: then it comes when the deadline in parentheses has passed, and no
      other is waited for;
    - that nothing is left: no coroutine, no connection as the server sees it, no thread but those the engine keeps;
    - that a call which was under way, and one made later, are unharmed;
    - that no call is sent twice, unless its session was lost;
    - that the server's own stream is asked for once, and once more or five times where the row says so.

    *Where* names the phase and, unless it is the whole phase, what meets the fault. In the phase `connect` that is
    `server/discover`, `initialize` of a client narrowed to 2025-11-25, or `notifications/initialized`; in the phase `request` it
    is a `tools/call` in 2026-07-28 (call) or in 2025-11-25 (call in a session). A fault of connections or of TLS meets the
    connection that this request is sent on. None of the faults has an effect when it meets the DELETE at the end of a session:
    `close()` returns, within its time limit. Nor has any answer of status 2xx to `notifications/initialized`, as every one of them
    means accepted; rows of that alone are left out.

    In the phase `stream` it is the GET for the server's own stream that meets the fault, whenever it is sent; a fault of connections
    meets the first. A session can do without that stream, so none of this throws: `McpEvents` hears that there is no stream, and a
    warning where somebody could mend that or where a stream is lost, which is after five attempts that brought nothing new. A server that
    says nothing there is one that has nothing to say: there is no deadline, but for connecting, and `connect` waits a second for it at
    most.

    *Retry* is what the exception says of sending the same once more. In messages, URL is the endpoint and ORIGIN that of the endpoint,
    METHOD the method of the request and LIMIT the deadline; … stands for the words of the engine.

    """.trimIndent()
