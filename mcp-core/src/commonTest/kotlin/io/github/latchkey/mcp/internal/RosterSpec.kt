package io.github.latchkey.mcp.internal

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

private class Named(
    val name: Int,
) : Roster.Entry<Named>()

private fun Roster<Named>.names(): List<Int> {
    val names = ArrayList<Int>()
    forEach { names += it.name }
    return names
}

/** How many entries are kept, those that are over included. */
private fun kept(newest: Named) = generateSequence(newest) { it.older }.count()

class RosterSpec :
    FunSpec({
        test("what is under way is there, newest first, and what is over is not") {
            val roster = Roster<Named>()
            roster.isEmpty shouldBe true
            val entries = List(5, ::Named).onEach(roster::add)
            entries[0].isOver = true
            entries[2].isOver = true
            entries[4].isOver = true
            roster.names() shouldContainExactly listOf(3, 1)
            roster.sweep()
            roster.names() shouldContainExactly listOf(3, 1)
            kept(entries[3]) shouldBe 2
            entries.forEach { it.isOver = true }
            roster.isEmpty shouldBe true
        }

        test("what is over is forgotten without being swept by anybody") {
            val roster = Roster<Named>()
            var last = Named(0).also(roster::add)
            repeat(10_000) {
                last.isOver = true
                last = Named(it).also(roster::add)
            }
            kept(last) shouldBeLessThan 100
        }

        test("whoever looks misses nothing that is under way, whatever is added, ends and is swept meanwhile") {
            val roster = Roster<Named>()
            val lasting = List(100) { Named(-it - 1) }
            val expected = lasting.map { it.name }.toSet()
            withContext(Dispatchers.Default) {
                coroutineScope {
                    val busy =
                        List(3) { number ->
                            launch {
                                repeat(200_000) {
                                    if (number == 0 && it % 1_000 == 0 && it / 1_000 < lasting.size) roster.add(lasting[it / 1_000])
                                    val entry = Named(it)
                                    roster.add(entry)
                                    entry.isOver = true
                                }
                            }
                        }
                    val seen = HashSet<Int>()
                    while (busy.any { it.isActive }) {
                        val now = roster.names().filter { it < 0 }.toSet()
                        (seen - now).size shouldBe 0
                        seen += now
                        roster.sweep()
                    }
                }
            }
            roster.names().toSet() shouldBe expected
        }
    })
