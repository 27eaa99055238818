package io.github.latchkey.mcp.http.faults

import io.github.latchkey.mcp.http.ENGINES
import io.github.latchkey.mcp.http.assertNothingLeftOf
import io.github.latchkey.mcp.http.warmUp
import io.github.latchkey.mcp.test.Faults
import io.github.latchkey.mcp.test.LeakCheck
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withPermit
import kotlinx.coroutines.withContext
import java.nio.file.Files
import java.nio.file.Path

/** Every fault, at every place, on every engine. `-Dlatchkey.faults=id,id` runs some of them. */
class FaultMatrixIT : FunSpec({
    val chosen = System.getProperty("latchkey.faults")?.split(',')?.map(Faults::named) ?: Faults.ALL
    val observed = mutableMapOf<FaultCase, Result<Observation>>()

    for (engine in ENGINES) {
        context("on $engine") {
            engine.warmUp()
            val leaks = LeakCheck.snapshot()
            val cases = chosen.flatMap { fault -> Stage.entries.filter { it.place in fault.places }.map { FaultCase(fault, it, engine) } }
            val results = observeAll(cases)
            observed += results

            for ((fault, casesOfFault) in cases.groupBy { it.fault }) {
                test("$fault: ${fault.description}") {
                    val wrong = casesOfFault.mapNotNull { case -> failureOf { results.getValue(case).getOrThrow().verify(case) } }
                    if (wrong.isNotEmpty()) {
                        throw AssertionError(wrong.joinToString("\n\n") { it.message.orEmpty() }, wrong.first().cause ?: wrong.first())
                    }
                }
            }

            test("no thread and no socket is left") {
                engine.warmUp() // CIO lets go of closed sockets when its selector wakes up next
                leaks.assertNothingLeftOf(engine, timeoutMillis = 10_000)
            }
        }
    }

    test("docs/faults.md is what was observed").config(enabled = chosen == Faults.ALL) {
        val file = Path.of(System.getProperty("latchkey.root", ".."), "docs", "faults.md")
        val table = faultTable(observed.mapValues { it.value.getOrThrow() })
        if (System.getProperty("latchkey.write") != null) Files.writeString(file, table)
        Files.readString(file) shouldBe table
    }

    afterSpec { writeTimes(observed) }
})

private suspend fun observeAll(cases: List<FaultCase>): Map<FaultCase, Result<Observation>> =
    withContext(Dispatchers.Default) {
        val permits = Semaphore(AT_ONCE)
        coroutineScope {
            cases.map { case -> async { case to permits.withPermit { resultOf { observe(case) } } } }.awaitAll().toMap()
        }
    }

private suspend fun resultOf(block: suspend () -> Observation): Result<Observation> =
    try {
        Result.success(block())
    } catch (e: Exception) { // it is reported in the test of its fault
        Result.failure(e)
    }

private inline fun failureOf(block: () -> Unit): Throwable? =
    try {
        block()
        null
    } catch (e: Throwable) { // several of them are reported together
        e
    }

/** For people who look for what is slow: the cases that took longest, in `target/fault-times.txt`. */
private fun writeTimes(observed: Map<FaultCase, Result<Observation>>) {
    val times = observed.mapNotNull { (case, result) -> result.getOrNull()?.let { it.millis to case } }
    val lines = times.sortedByDescending { it.first }.map { (millis, case) -> "$millis ms  $case (${case.expected})" }
    Files.write(Path.of("target", "fault-times.txt"), lines)
}

private const val AT_ONCE = 8
