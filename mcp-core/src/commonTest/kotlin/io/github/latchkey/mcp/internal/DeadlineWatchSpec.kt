package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.RequestTimeoutException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** The deadlines of the calls of a session, in virtual time. */
@OptIn(ExperimentalCoroutinesApi::class)
class DeadlineWatchSpec :
    FunSpec({
        fun TestScope.deadline(silence: Duration, absolute: Duration = 1.hours) =
            RunningDeadline(testScheduler.timeSource, silence, absolute, "absolute", Phase.REQUEST, "e", "the answer")

        fun TestScope.watch(ended: CompletableDeferred<Throwable> = CompletableDeferred()) =
            DeadlineWatch(backgroundScope, ended, testScheduler.timeSource)

        suspend fun TestScope.endOf(watch: DeadlineWatch, deadline: RunningDeadline): Long {
            shouldThrow<RequestTimeoutException> { watch.enforce(deadline) { awaitCancellation() } }
            return currentTime
        }

        test("each of many calls ends at its own time, whatever the order they begin in") {
            runTest {
                val watch = watch()
                val calls = listOf(50, 10, 30, 20, 40, 10).map { async { endOf(watch, deadline(it.seconds)) } }
                calls.map { it.await() } shouldContainExactly listOf(50_000L, 10_000, 30_000, 20_000, 40_000, 10_000)
            }
        }

        test("a call that begins later and must end sooner does") {
            runTest {
                val watch = watch()
                val long = async { endOf(watch, deadline(60.seconds)) }
                delay(1_000)
                endOf(watch, deadline(5.milliseconds)) shouldBe 1_005
                long.await() shouldBe 60_000
            }
        }

        test("a sign of life moves the end on, and a pause stops the clock") {
            runTest {
                val watch = watch()
                val silent = deadline(10.seconds, absolute = 25.seconds)
                val end = async { endOf(watch, silent) }
                delay(9_000)
                silent.signOfLife()
                delay(9_000)
                silent.paused { delay(100_000) }
                end.await() shouldBe 118_000 + 7_000
            }
        }

        test("a call without any limit is watched without work, and others keep theirs") {
            runTest {
                val watch = watch()
                val endless = launch { watch.enforce(deadline(Duration.INFINITE, Duration.INFINITE)) { awaitCancellation() } }
                endOf(watch, deadline(5.seconds)) shouldBe 5_000
                endless.cancelAndJoin()
                endOf(watch, deadline(5.seconds)) shouldBe 10_000
            }
        }

        test("calls that end in time leave nothing that ends later ones") {
            runTest {
                val watch = watch()
                repeat(1_000) { watch.enforce(deadline(1.seconds)) { delay(1) } }
                endOf(watch, deadline(1.seconds)) shouldBe currentTime
                currentTime shouldBe 2_000
            }
        }

        test("the end of the session ends all of them, with its reason, and refuses others") {
            runTest {
                val ended = CompletableDeferred<Throwable>()
                val watch = watch(ended)
                supervisorScope {
                    val calls = List(200) { async { watch.enforce(deadline(1.hours)) { awaitCancellation() } } }
                    runCurrent()
                    ended.complete(IllegalStateException("over"))
                    calls.forEach { shouldThrow<IllegalStateException> { it.await() }.message shouldBe "over" }
                }
                shouldThrow<IllegalStateException> { watch.enforce(deadline(1.seconds)) { } }
                currentTime shouldBeLessThan 1
            }
        }

        test("a caller that is cancelled is cancelled") {
            runTest {
                val watch = watch()
                var seen: Throwable? = null
                val call =
                    launch {
                        try {
                            watch.enforce(deadline(1.hours)) { awaitCancellation() }
                        } catch (e: CancellationException) {
                            seen = e
                            throw e
                        }
                    }
                runCurrent()
                call.cancelAndJoin()
                (seen is CancellationException) shouldBe true
            }
        }

        test("what the block throws passes as it is") {
            runTest {
                shouldThrow<NoSuchElementException> { watch().enforce(deadline(1.hours)) { throw NoSuchElementException() } }
            }
        }
    })
