package io.github.latchkey.mcp.internal

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.concurrent.Volatile
import kotlin.concurrent.atomics.AtomicBoolean
import kotlin.concurrent.atomics.AtomicInt
import kotlin.concurrent.atomics.AtomicReference
import kotlin.concurrent.atomics.ExperimentalAtomicApi
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlin.time.TimeSource

/**
 * Ends the calls of a session whose time is up, and all of them when the session ends. One coroutine does it, a child of the session,
 * and only while there are calls: it wakes up when the first of them could be over, which is seldom, as a deadline moves on with every
 * sign of life. So a call needs no timer and no coroutine of its own.
 */
@OptIn(ExperimentalAtomicApi::class)
internal class DeadlineWatch(
    private val scope: CoroutineScope,
    private val sessionEnded: Deferred<Throwable>,
    private val timeSource: TimeSource,
) {
    /** A call that is watched. */
    private inner class Watched(
        val deadline: RunningDeadline,
        private val job: Job,
    ) {
        /** Written by whoever takes it out of the list, or puts it in. */
        var next: Watched? = null

        @Volatile
        var isOver = false

        @Volatile
        var reason: Throwable? = null
            private set

        fun end(why: Throwable) {
            reason = why
            job.cancel(CancellationException("the call is over", why))
        }
    }

    // A list that anybody may put calls into, and that one at a time takes whole to look through.
    private val watched = AtomicReference<Watched?>(null)
    private val addedSinceSweep = AtomicInt(0)

    @Volatile
    private var sweepAt = MIN_SWEEP
    private val isWatching = AtomicBoolean(false)
    private val changes = Channel<Unit>(Channel.CONFLATED)

    /** When the watching coroutine looks next, from [epoch]. */
    @Volatile
    private var wakesAt = Duration.INFINITE
    private val epoch = timeSource.markNow()

    init {
        sessionEnded.invokeOnCompletion { endAll() }
    }

    /** Runs [block] until it ends, its time is up, or the session ends (then its reason is thrown). */
    // A cancellation that is not the caller's is ours.
    @Suppress("SuspendFunSwallowedCancellation")
    suspend fun <T> enforce(deadline: RunningDeadline, block: suspend () -> T): T {
        if (sessionEnded.isCompleted) throw sessionEnded.await()
        deadline.watch = this
        var call: Watched? = null
        try {
            return coroutineScope {
                val itself = Watched(deadline, coroutineContext.job)
                call = itself
                try {
                    add(itself)
                    block()
                } finally {
                    itself.isOver = true
                }
            }
        } catch (e: CancellationException) {
            currentCoroutineContext().ensureActive()
            throw call?.reason ?: e
        }
    }

    /** A deadline may now be sooner than it was. */
    fun changed(deadline: RunningDeadline) {
        if (epoch.elapsedNow() + deadline.remaining() < wakesAt) changes.trySend(Unit)
    }

    private fun add(call: Watched) {
        put(call, call)
        if (sessionEnded.isCompleted) endAll()
        if (addedSinceSweep.addAndFetch(1) >= sweepAt) sweep()
        if (isWatching.compareAndSet(expectedValue = false, newValue = true)) {
            scope.launch(dispatcher()) {
                watch()
            }
        } else {
            changed(call.deadline)
        }
    }

    /** Time that is the computer's passes whatever thread the session's owner holds. */
    private fun dispatcher() = if (timeSource === TimeSource.Monotonic) Dispatchers.Default else EmptyCoroutineContext

    private fun put(first: Watched, last: Watched) {
        do {
            val rest = watched.load()
            last.next = rest
        } while (!watched.compareAndSet(rest, first))
    }

    private suspend fun watch() {
        while (true) {
            // Whatever comes from here on is to be told.
            wakesAt = Duration.INFINITE
            val wait = sweep()
            if (wait == Duration.INFINITE) {
                isWatching.store(false)
                // One may have come in between, and seen that somebody watches.
                if (watched.load() == null || !isWatching.compareAndSet(expectedValue = false, newValue = true)) return
            } else {
                wakesAt = epoch.elapsedNow() + wait
                withTimeoutOrNull(wait) { changes.receive() }
            }
        }
    }

    /** Ends the calls whose time is up and forgets those that are over. Returns how long the others have at least; infinite for none. */
    private fun sweep(): Duration {
        var call = watched.exchange(null)
        addedSinceSweep.store(0)
        var first: Watched? = null
        var last: Watched? = null
        var kept = 0
        var wait = Duration.INFINITE
        while (call != null) {
            val next = call.next
            val remaining = call.deadline.remaining()
            if (!call.isOver && remaining <= Duration.ZERO) call.end(call.deadline.expired())
            if (!call.isOver && remaining > Duration.ZERO) {
                wait = minOf(wait, remaining)
                call.next = null
                if (last == null) first = call else last.next = call
                last = call
                kept++
            }
            call = next
        }
        if (first != null && last != null) put(first, last)
        sweepAt = maxOf(MIN_SWEEP, kept)
        return wait
    }

    @OptIn(ExperimentalCoroutinesApi::class)
    private fun endAll() {
        val reason = sessionEnded.getCompleted()
        var call = watched.exchange(null)
        while (call != null) {
            if (!call.isOver) call.end(reason)
            call = call.next
        }
    }

    private companion object {
        /** Calls that are over are forgotten when as many have begun since, so that each costs the same however many there are. */
        const val MIN_SWEEP = 64
    }
}
