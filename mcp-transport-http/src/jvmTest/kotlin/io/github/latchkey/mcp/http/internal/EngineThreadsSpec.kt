package io.github.latchkey.mcp.http.internal

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds

class EngineThreadsSpec : FunSpec({
    val threads = EngineThreads()

    test("what a thread starts runs on it, after what it is doing") {
        withContext(threads) {
            val here = Thread.currentThread()
            var isDone = false
            val started =
                launch {
                    isDone.shouldBeTrue()
                    Thread.currentThread() shouldBe here
                }
            isDone = true
            started.join()
        }
    }

    test("what waits for a thread goes to another before it blocks") {
        withContext(threads) {
            val here = Thread.currentThread()
            val ran = CountDownLatch(1)
            launch {
                Thread.currentThread() shouldNotBe here
                ran.countDown()
            }
            threads.beforeBlocking()
            ran.await(4, TimeUnit.SECONDS).shouldBeTrue()
        }
    }

    test("a call that is made on a thread of these runs there and then") {
        withContext(threads) {
            var ranOn: Thread? = null
            threads.executor.execute { ranOn = Thread.currentThread() }
            ranOn shouldBe Thread.currentThread()
        }
    }

    test("a call that fails on a thread of these does not fail whoever made it") {
        withContext(threads) {
            val thread = Thread.currentThread()
            var seen: Throwable? = null
            thread.setUncaughtExceptionHandler { _, e -> seen = e }
            threads.executor.execute { error("mine") }
            thread.uncaughtExceptionHandler = null
            seen?.message shouldBe "mine"
        }
    }

    test("a call that is made elsewhere gets a daemon") {
        val ranOn = CompletableDeferred<Thread>()
        threads.executor.execute { ranOn.complete(Thread.currentThread()) }
        ranOn.await().isDaemon.shouldBeTrue()
        ranOn.await() shouldNotBe Thread.currentThread()
    }

    test("idle threads end") {
        val ranOn = CompletableDeferred<Thread>()
        threads.executor.execute { ranOn.complete(Thread.currentThread()) }
        // The JDK's pool ends them, in real time.
        eventually(10.seconds) { ranOn.await().isAlive shouldBe false }
    }
})
