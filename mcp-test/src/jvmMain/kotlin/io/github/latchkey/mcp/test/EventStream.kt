package io.github.latchkey.mcp.test

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first

/**
 * What one event stream carries, kept whole so that a later GET can resume it (MCP 2025-11-25, Resumability).
 * Writers append without waiting; each connection follows at its own pace.
 */
internal class EventStream(val id: String) {
    private val lock = Any() // guards the four fields below
    private val events = ArrayList<String>()
    private var isOpen = false
    private var isEnded = false
    private val detachPoints = ArrayList<Int>() // how many events there were each time
    private val changes = MutableStateFlow(0)

    /** Makes the answer an event stream, although nothing was sent yet. */
    fun open(): Unit = change { isOpen = true }

    /** Appends one event, as its lines without the closing blank line; it also opens the stream. */
    fun append(event: String): Unit =
        change {
            if (!isEnded) events += event
            isOpen = true
        }

    /** Appends the last event, if any, and ends the stream. Does not open it. */
    fun end(event: String?): Unit =
        change {
            if (!isEnded && event != null) events += event
            isEnded = true
        }

    /** Closes the connections that follow the stream now, without ending it. */
    fun detach(): Unit =
        change {
            isOpen = true
            detachPoints += events.size
        }

    /** Waits until the stream is open or ended; true if it ended without being opened. */
    suspend fun awaitStart(): Boolean {
        changes.first { synchronized(lock) { isOpen || isEnded } }
        return synchronized(lock) { !isOpen }
    }

    /** The last event; null if there is none. */
    fun lastEvent(): String? = synchronized(lock) { events.lastOrNull() }

    /**
     * Hands the events from index [from] on to [write], until the stream ends or is detached. A follower that resumes passes
     * the points where those before it were cut off.
     */
    suspend fun follow(from: Int, resumes: Boolean, write: suspend (index: Int, event: String) -> Unit) {
        val passed = if (resumes) synchronized(lock) { detachPoints.count { it <= from } } else 0
        var next = from
        while (true) {
            val seen = changes.value
            val cut: Int?
            val added: List<String>
            val isOver: Boolean
            synchronized(lock) {
                cut = detachPoints.getOrNull(passed)
                added = events.subList(minOf(next, events.size), cut ?: events.size).toList()
                isOver = isEnded || cut != null
            }
            added.forEach { write(next++, it) }
            if (isOver) return
            changes.first { it != seen }
        }
    }

    private inline fun change(block: () -> Unit) {
        synchronized(lock) {
            block()
            changes.value++
        }
    }
}
