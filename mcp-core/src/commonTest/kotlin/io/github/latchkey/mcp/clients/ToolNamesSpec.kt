package io.github.latchkey.mcp.clients

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch

/** Names that model providers accept (FEAT-09). */
class ToolNamesSpec :
    FunSpec({
        test("server and tool make the name where they can") {
            ToolNames.assign(listOf("files" to "read", "mail" to "read")).values.toList() shouldBe listOf("files__read", "mail__read")
        }

        context("whatever the names are, those of the group are valid and unique") {
            withData(
                nameFn = { it.toString().take(60) },
                listOf("a" to "x.y", "a" to "x/y", "a" to "x_y"),
                listOf("a" to "b__c", "a__b" to "c"),
                listOf("s".repeat(80) to "tool", "s".repeat(80) to "tool2"),
                listOf("server" to "t".repeat(128) + "1", "server" to "t".repeat(128) + "2"),
                listOf("größe" to "名前", "gr_ße" to "名_"),
                listOf("" to "", "_" to "_"),
            ) { tools ->
                val names = ToolNames.assign(tools).values.toList()
                names.size shouldBe tools.size
                names.shouldBeUnique()
                names.forEach {
                    it shouldMatch "[A-Za-z0-9_-]+"
                    it.length shouldBeLessThanOrEqualTo 64
                }
            }
        }

        test("the names do not depend on the order in which servers answer") {
            val tools = listOf("a" to "x.y", "a" to "x/y", "b" to "z", "c" to "q".repeat(100))
            ToolNames.assign(tools) shouldBe ToolNames.assign(tools.reversed())
        }
    })
