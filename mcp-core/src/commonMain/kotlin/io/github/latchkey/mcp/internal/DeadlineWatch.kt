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
    private class Watched(
        val deadline: RunningDeadline,
        job: Job,
    ) : Roster.Entry<Watched>() {
        // Given up at the end, as it holds the result.
        @Volatile
        private var job: Job? = job

        @Volatile
        var reason: Throwable? = null
            private set

        fun end(why: Throwable) {
            reason = why
            job?.cancel(CancellationException("the call is over", why))
            isOver = true
        }

        fun forget() {
            isOver = true
            job = null
        }
    }

    private val watched = Roster<Watched>()
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
                    itself.forget()
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
        watched.add(call)
        if (sessionEnded.isCompleted) endAll()
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

    private suspend fun watch() {
        while (true) {
            // Whatever comes from here on is to be told.
            wakesAt = Duration.INFINITE
            val wait = endExpired()
            watched.sweep()
            if (wait == null) {
                isWatching.store(false)
                // One may have come in between, and seen that somebody watches.
                if (watched.isEmpty || !isWatching.compareAndSet(expectedValue = false, newValue = true)) return
            } else {
                wakesAt = epoch.elapsedNow() + wait
                withTimeoutOrNull(wait) { changes.receive() }
            }
        }
    }

    /** Ends the calls whose time is up. Returns how long the others have at least; null if there are none. */
    private fun endExpired(): Duration? {
        var wait: Duration? = null
        watched.forEach {
            val remaining = it.deadline.remaining()
            if (remaining > Duration.ZERO) wait = minOf(wait ?: remaining, remaining) else it.end(it.deadline.expired())
        }
        return wait
    }

    @OptIn(ExperimentalCoroutinesApi::class)
    private fun endAll() {
        val reason = sessionEnded.getCompleted()
        watched.forEach { it.end(reason) }
    }
}
