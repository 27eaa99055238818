package io.github.latchkey.mcp.http

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.name

class ProtocolCoverageSpec : FunSpec({
    val root = Path.of("..")
    val page = Files.readString(root.resolve("docs/protocol-coverage.md"))
    val rows = page.lines().filter { Regex("\\| [A-Z]+-\\d+ \\|.*").matches(it) }.map { row -> row.split('|').map { it.trim() } }

    test("docs/protocol-coverage.md names tests that exist") {
        val named = TEST.findAll(page).map { it.groupValues[1] }
        val existing = Files.walk(root).use { files ->
            files.map { it.name }.filter { it.endsWith(".kt") || it.endsWith(".java") }.map { it.substringBeforeLast('.') }.toList()
        }
        (named.toSet() - existing.toSet()).shouldBeEmpty()
    }

    test("every requirement in it has a test, or the reason why there is none") {
        rows.filterNot { (_, _, _, test) -> TEST in test || Regex("not applicable(:|, as) .*").matches(test) || CONFORMANCE in test }
            .map { it[1] }
            .shouldBeEmpty()
    }

    test("no requirement stands in it twice") {
        rows.groupBy { it[1] }.filterValues { it.size > 1 }.keys.shouldBeEmpty()
    }
})

private val TEST = Regex("`(\\w+(Spec|Test|IT))`")

private operator fun String.contains(expression: Regex): Boolean = expression.containsMatchIn(this)

private const val CONFORMANCE = "conformance suite"
