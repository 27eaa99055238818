package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.ExchangeFailureEvent
import io.github.latchkey.mcp.McpEvent
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.MessageEvent
import kotlin.concurrent.Volatile
import kotlin.concurrent.atomics.AtomicReference
import kotlin.concurrent.atomics.ExperimentalAtomicApi
import kotlin.concurrent.atomics.update

/** Passes events on, and keeps those of the handshake for the exception, should it fail. */
@OptIn(ExperimentalAtomicApi::class)
internal class ConnectTrace(
    private val listener: McpEvents,
) : McpEvents {
    private val kept = AtomicReference(emptyList<McpEvent>())

    @Volatile
    private var isKeeping = true

    override val isListening: Boolean get() = isKeeping || listener.isListening

    override val wantsMessages: Boolean get() = listener.wantsMessages

    override fun onEvent(event: McpEvent) {
        // What was said is for those who asked for it, and not for an exception.
        if (isKeeping && event !is MessageEvent && event !is ExchangeFailureEvent) kept.update { (it + event).takeLast(MAX_EVENTS) }
        listener.onEvent(event)
    }

    /** The events so far; none are kept from here on. */
    fun end(): List<McpEvent> {
        isKeeping = false
        return kept.exchange(emptyList())
    }

    private companion object {
        const val MAX_EVENTS = 200
    }
}
