package io.github.latchkey.mcp.internal

import kotlin.concurrent.Volatile
import kotlin.concurrent.atomics.AtomicBoolean
import kotlin.concurrent.atomics.AtomicInt
import kotlin.concurrent.atomics.AtomicReference
import kotlin.concurrent.atomics.ExperimentalAtomicApi

/**
 * What is under way, newest first. Anybody may add to it and look through it at any time. What is over is forgotten when as much has been
 * added as was under way, so that adding costs the same however much there is.
 */
@OptIn(ExperimentalAtomicApi::class)
internal class Roster<E : Roster.Entry<E>> {
    abstract class Entry<E : Entry<E>> {
        /** Set when nobody need look at it any more. */
        @Volatile
        var isOver: Boolean = false

        /** What was added before it and is still under way, or was when somebody last looked. */
        @Volatile
        internal var older: E? = null
    }

    private val newest = AtomicReference<E?>(null)
    private val addedSinceSweep = AtomicInt(0)
    private val isSweeping = AtomicBoolean(false)

    @Volatile
    private var sweepAt = MIN_SWEEP

    /** Whether nothing is under way. */
    val isEmpty: Boolean get() = underWayFrom(newest.load()) == null

    fun add(entry: E) {
        do {
            val rest = newest.load()
            entry.older = rest
        } while (!newest.compareAndSet(rest, entry))
        if (addedSinceSweep.addAndFetch(1) >= sweepAt) sweep()
    }

    /** Does [action] with all that is under way now, and may do it with some that is added meanwhile. */
    inline fun forEach(action: (E) -> Unit) {
        var entry = newest.load()
        while (entry != null) {
            if (!entry.isOver) action(entry)
            entry = entry.older
        }
    }

    /** Forgets what is over, unless another does so at the moment. Whoever looks through it meanwhile misses nothing. */
    fun sweep() {
        if (!isSweeping.compareAndSet(expectedValue = false, newValue = true)) return
        addedSinceSweep.store(0)
        var kept = 0
        var entry = firstUnderWay()
        while (entry != null) {
            kept++
            entry.older = underWayFrom(entry.older)
            entry = entry.older
        }
        sweepAt = maxOf(MIN_SWEEP, kept)
        isSweeping.store(false)
    }

    private fun firstUnderWay(): E? {
        while (true) {
            val first = newest.load()
            val next = underWayFrom(first)
            if (first === next || newest.compareAndSet(first, next)) return next
        }
    }

    private fun underWayFrom(first: E?): E? {
        var entry = first
        while (entry != null && entry.isOver) entry = entry.older
        return entry
    }

    private companion object {
        const val MIN_SWEEP = 64
    }
}
