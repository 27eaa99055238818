package io.github.latchkey.mcp.http.internal

import kotlinx.coroutines.CoroutineDispatcher
import java.util.concurrent.AbstractExecutorService
import java.util.concurrent.SynchronousQueue
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit
import kotlin.coroutines.CoroutineContext

/**
 * The threads that OkHttp blocks and the coroutines of its Ktor engine run on, with as few hand-offs as there can be: what a
 * thread of these starts, it runs itself as soon as it has done what it is doing. So one thread sends a request, waits for the
 * answer and pumps its body, where otherwise four take turns. Whoever is about to block says so by [beforeBlocking], and then
 * what is waiting goes to other threads.
 *
 * The threads are daemons, made when needed and ended when they have been idle for a while.
 */
internal class EngineThreads : CoroutineDispatcher() {
    private val pool =
        ThreadPoolExecutor(0, Int.MAX_VALUE, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS, SynchronousQueue()) { EngineThread(it) }

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        val thread = Thread.currentThread()
        if (thread is EngineThread) thread.waiting.addLast(block) else pool.execute { work(block) }
    }

    /** Hands what waits for the current thread to others. */
    fun beforeBlocking() {
        val thread = Thread.currentThread() as? EngineThread ?: return
        while (true) {
            val task = thread.waiting.removeFirstOrNull() ?: return
            pool.execute { work(task) }
        }
    }

    private fun work(first: Runnable) {
        val thread = Thread.currentThread() as EngineThread
        var task: Runnable? = first
        try {
            while (task != null) {
                task.run()
                task = thread.waiting.removeFirstOrNull()
            }
        } finally {
            beforeBlocking() // nothing is left, unless a task failed
        }
    }

    /** What [command] throws goes where it would on a thread of its own; whoever called is not to see it. */
    private fun runApart(command: Runnable) {
        try {
            command.run()
        } catch (e: Throwable) {
            val thread = Thread.currentThread()
            thread.uncaughtExceptionHandler.uncaughtException(thread, e)
        }
    }

    /** For OkHttp's calls: one that is made on a thread of these runs there and then. */
    val executor: AbstractExecutorService =
        object : AbstractExecutorService() {
            override fun execute(command: Runnable) {
                if (Thread.currentThread() is EngineThread) {
                    beforeBlocking()
                    runApart(command)
                } else {
                    pool.execute { work(command) }
                }
            }

            override fun shutdown() = pool.shutdown()

            override fun shutdownNow(): List<Runnable> = pool.shutdownNow()

            override fun isShutdown(): Boolean = pool.isShutdown

            override fun isTerminated(): Boolean = pool.isTerminated

            override fun awaitTermination(timeout: Long, unit: TimeUnit): Boolean = pool.awaitTermination(timeout, unit)
        }

    private class EngineThread(
        task: Runnable,
    ) : Thread(task, "latchkey-okhttp") {
        /** Touched by this thread alone. */
        val waiting = ArrayDeque<Runnable>()

        init {
            isDaemon = true
        }
    }

    private companion object {
        const val KEEP_ALIVE_SECONDS = 5L
    }
}
