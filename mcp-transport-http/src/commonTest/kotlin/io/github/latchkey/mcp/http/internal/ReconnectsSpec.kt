package io.github.latchkey.mcp.http.internal

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest

private data class Wait(
    val attempt: Int,
    val retryMillis: Long?,
    val jitter: Double,
    val millis: Long,
)

@OptIn(ExperimentalCoroutinesApi::class)
class ReconnectsSpec : FunSpec({
    context("how long to wait before a stream is connected again (HTTP-52, HTTP-58)") {
        withData(
            Wait(1, null, 0.0, 250),
            Wait(1, null, 1.0, 500),
            Wait(2, null, 0.0, 500),
            Wait(3, null, 1.0, 2_000),
            Wait(5, null, 0.5, 6_000),
            Wait(1, 40, 1.0, 40),
            Wait(1, 0, 1.0, 0),
            Wait(1, 90_000, 0.0, 90_000),
            Wait(2, 40, 0.0, 500),
            Wait(2, 5_000, 1.0, 5_000),
        ) { reconnectMillis(it.attempt, it.retryMillis, firstMillis = 500, it.jitter) shouldBe it.millis }

        test("does not exceed half a minute by itself") {
            (1..5).map { reconnectMillis(it, null, firstMillis = 20_000, jitter = 1.0) } shouldContainExactly
                listOf(20_000L, 30_000L, 30_000L, 30_000L, 30_000L)
        }
    }

    context("attempts") {
        val inVain = StreamEnd(failure = null, hasProgressed = false)

        test("end with the fifth that brought nothing") {
            runTest {
                val reconnects = Reconnects(firstMillis = 500)
                List(6) { reconnects.await(inVain, retryMillis = null) } shouldContainExactly listOf(true, true, true, true, true, false)
                currentTime shouldBeInRange 7_500L..15_500L
            }
        }

        test("are counted anew after progress") {
            runTest {
                val reconnects = Reconnects(firstMillis = 500)
                repeat(5) { reconnects.await(inVain, retryMillis = null) }
                reconnects.await(StreamEnd(failure = null, hasProgressed = true), retryMillis = null) shouldBe true
                reconnects.await(inVain, retryMillis = null) shouldBe true
            }
        }

        test("give up at once") {
            runTest {
                val reconnects = Reconnects(firstMillis = 500)
                repeat(5) { reconnects.await(inVain, retryMillis = null) }
                val before = currentTime
                reconnects.await(inVain, retryMillis = null) shouldBe false
                currentTime shouldBe before
            }
        }
    }
})
