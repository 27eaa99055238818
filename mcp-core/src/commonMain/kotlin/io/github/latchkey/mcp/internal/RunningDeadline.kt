package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.transport.Deadline
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.concurrent.Volatile
import kotlin.time.Duration
import kotlin.time.TimeMark
import kotlin.time.TimeSource

/**
 * The clock of one call: the server may be silent for [silence], and the call may take [absolute] in all, not counting the time
 * it is [paused].
 *
 * @param subject what is waited for, for the message
 * @param absoluteName the name of the absolute limit, for the exception
 */
internal class RunningDeadline(
    private val timeSource: TimeSource,
    private val silence: Duration,
    private val absolute: Duration,
    private val absoluteName: String,
    private val phase: Phase,
    private val endpoint: String,
    private val subject: String,
) : Deadline {
    private val start = timeSource.markNow()

    /** Who wants to hear that the time may be up sooner than it was; null for nobody. */
    @Volatile
    var watch: DeadlineWatch? = null

    /** When the last sign of life was, after [start]. */
    @Volatile
    private var lastSign = Duration.ZERO

    private val pauses = MutableStateFlow(Pauses(0, start, Duration.ZERO))

    override fun signOfLife() {
        lastSign = start.elapsedNow()
    }

    override suspend fun <T> paused(block: suspend () -> T): T {
        pauses.update { if (it.running == 0) Pauses(1, timeSource.markNow(), it.total) else Pauses(it.running + 1, it.since, it.total) }
        try {
            return block()
        } finally {
            signOfLife()
            pauses.update {
                if (it.running == 1) Pauses(0, it.since, it.total + it.since.elapsedNow()) else Pauses(it.running - 1, it.since, it.total)
            }
            watch?.changed(this)
        }
    }

    /** How long it is until the time is up, if nothing happens. While it stands still, that is no less than a limit. */
    fun remaining(): Duration = if (pauses.value.running > 0) minOf(silence, absolute) else minOf(untilSilent(), untilEnd())

    /** What to throw when the time is up. */
    fun expired(): RequestTimeoutException =
        if (untilEnd() <= untilSilent()) expired(absoluteName, absolute) else expired("silence", silence)

    private fun untilSilent(): Duration = silence - (start.elapsedNow() - lastSign)

    private fun untilEnd(): Duration = absolute - (start.elapsedNow() - pauses.value.total)

    /** @property running how many pauses there are at the moment, which began at [since]; [total] is how long the earlier ones were */
    private class Pauses(
        val running: Int,
        val since: TimeMark,
        val total: Duration,
    )

    /**
     * Runs [block] until it ends, the time is up, or the session ends (then its reason is thrown). With a timer of its own: for many calls
     * there is [DeadlineWatch].
     */
    suspend fun <T> enforce(sessionEnded: Deferred<Throwable>, block: suspend () -> T): T =
        coroutineScope {
            if (sessionEnded.isCompleted) throw sessionEnded.await()
            val watcher = launch(start = CoroutineStart.UNDISPATCHED) { throw watch(sessionEnded) }
            try {
                block()
            } finally {
                watcher.cancel()
            }
        }

    private suspend fun watch(sessionEnded: Deferred<Throwable>): Throwable {
        while (true) {
            if (pauses.value.running > 0) {
                pauses.first { it.running == 0 }
            } else if (remaining() <= Duration.ZERO) {
                return expired()
            } else {
                withTimeoutOrNull(remaining()) { sessionEnded.await() }?.let { return it }
            }
        }
    }

    private fun expired(deadline: String, limit: Duration): RequestTimeoutException =
        RequestTimeoutException(
            if (deadline ==
                "silence"
            ) {
                "no sign of life from $endpoint for $limit, waiting for $subject"
            } else {
                "$subject took longer than $limit"
            },
            deadline,
            limit.inWholeMilliseconds,
            FailureDetails(
                phase,
                endpoint,
                "check that the server is up and answers; if it needs longer than that, raise the timeout",
                isRetryable = true,
            ),
        )
}
