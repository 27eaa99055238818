package io.github.latchkey.mcp.internal

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.asExecutor
import kotlinx.coroutines.async
import kotlinx.coroutines.future.future
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext

/**
 * Runs [block] in a coroutine of this scope, and returns what comes of it as a future; when that is completed otherwise, the coroutine
 * is cancelled. Where the scope has an executor of the user's, all of it runs there. Else it begins in the thread of the caller, unless
 * [start] says otherwise, and goes on in the thread that waits for the future, or in the default dispatcher while none does.
 */
@OptIn(ExperimentalCoroutinesApi::class)
internal fun <T> CoroutineScope.call(start: CoroutineStart = CoroutineStart.UNDISPATCHED, block: suspend () -> T): CompletableFuture<T> {
    if (coroutineContext[ContinuationInterceptor] !== Dispatchers.Default) return future { block() }
    val waiting = WaitingThread(DEFAULT)
    val future = CallFuture<T>(waiting)
    val running = async(CallDispatcher(waiting), start) { block() }
    running.invokeOnCompletion { failure ->
        if (failure == null) future.complete(running.getCompleted()) else future.completeExceptionally(failure)
    }
    future.whenComplete { _, _ -> running.cancel() }
    return future
}

private class CallDispatcher(
    private val waiting: WaitingThread,
) : CoroutineDispatcher() {
    override fun dispatch(context: CoroutineContext, block: Runnable) {
        if (!waiting.offer(block)) Dispatchers.Default.dispatch(context, block)
    }
}

private val DEFAULT = Dispatchers.Default.asExecutor()
