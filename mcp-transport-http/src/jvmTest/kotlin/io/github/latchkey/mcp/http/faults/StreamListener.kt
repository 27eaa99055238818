package io.github.latchkey.mcp.http.faults

import io.github.latchkey.mcp.HttpExchangeEvent
import io.github.latchkey.mcp.McpEvent
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.StreamEvent
import io.github.latchkey.mcp.WarningEvent
import kotlinx.coroutines.delay
import kotlinx.coroutines.withTimeoutOrNull
import java.util.concurrent.CopyOnWriteArrayList

/** Hears what becomes of the server's own stream, as anybody could. */
internal class StreamListener : McpEvents {
    private val answered = CopyOnWriteArrayList<HttpExchangeEvent>()
    private val closings = CopyOnWriteArrayList<StreamEvent>()
    private val warnings = CopyOnWriteArrayList<String>()

    override fun onEvent(event: McpEvent) {
        when {
            event is HttpExchangeEvent && event.httpMethod == "GET" -> answered += event
            event is StreamEvent && !event.isOpen -> closings += event
            event is WarningEvent && NOT_HEARD in event.message -> warnings += event.message
        }
    }

    /** Waits for [fate], unless that is not told. */
    suspend fun await(fate: StreamFate) {
        withTimeoutOrNull(MAX_MILLIS) {
            while (fate != StreamFate.STAYS && fate != heard().fate) delay(2)
        }
    }

    fun heard(): Heard {
        val warning = warnings.lastOrNull()
        return when {
            warning != null -> Heard(if (LOST in warning) StreamFate.LOST else StreamFate.REFUSED, warning)
            answered.size > 1 -> Heard(StreamFate.RETURNS, reason = null)
            closings.isNotEmpty() -> Heard(StreamFate.NONE, closings.last().reason)
            else -> Heard(StreamFate.STAYS, reason = null)
        }
    }

    /** What was told besides, and how often the stream was asked for. */
    val problems: List<String>
        get() {
            val attempts =
                when (heard().fate) {
                    StreamFate.STAYS -> 0..1
                    StreamFate.NONE, StreamFate.REFUSED -> 1..1
                    StreamFate.RETURNS -> 2..Int.MAX_VALUE
                    StreamFate.LOST -> ALL_ATTEMPTS..ALL_ATTEMPTS
                }
            return buildList {
                if (answered.size !in attempts) add("the stream was asked for ${answered.size} times")
                if (warnings.size > 1) add("several warnings: $warnings")
            }
        }

    private companion object {
        const val NOT_HEARD = "not heard"
        const val LOST = "not heard any more"
        const val ALL_ATTEMPTS = 6
        const val MAX_MILLIS = 5_000L
    }
}
