package io.github.latchkey.mcp.internal

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.plus

/**
 * What runs for a session beside its calls: children of the scope that the session was given. [ended] is completed with the
 * reason, once, when the session ends: by close, or because a child failed.
 */
internal class Background private constructor(
    val scope: CoroutineScope,
    private val job: Job,
    private val reason: CompletableDeferred<Throwable>,
) {
    val ended: Deferred<Throwable> get() = reason

    /** Marks the session as ended; false if it already was. */
    fun end(why: Throwable): Boolean = reason.complete(why)

    /** Ends what runs and waits for its end. */
    suspend fun stop() = job.cancelAndJoin()

    companion object {
        /** A failing child cancels [parent], and so whoever runs in it (a scoped session). */
        fun failingInto(parent: CoroutineScope): Background {
            val job = Job(parent.coroutineContext[Job])
            return Background(parent + job, job, CompletableDeferred())
        }

        /** A failing child ends the session, its siblings and its calls, and leaves [parent] alone (a long-lived session). */
        fun endingAlone(parent: CoroutineScope): Background {
            val reason = CompletableDeferred<Throwable>()
            val job = SupervisorJob(parent.coroutineContext[Job])
            val onFailure =
                CoroutineExceptionHandler { _, failure ->
                    reason.complete(failure)
                    job.cancel()
                }
            return Background(parent + job + onFailure, job, reason)
        }
    }
}
