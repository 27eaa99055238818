package io.github.latchkey.mcp.http

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.name

class ProtocolCoverageSpec : FunSpec({
    test("docs/protocol-coverage.md names tests that exist") {
        val root = Path.of("..")
        val named = Regex("`(\\w+(Spec|Test|IT))`").findAll(Files.readString(root.resolve("docs/protocol-coverage.md"))).map {
            it.groupValues[1]
        }
        val existing = Files.walk(root).use { files ->
            files.filter { it.name.endsWith(".kt") }.map { it.name.removeSuffix(".kt") }.toList()
        }
        (named.toSet() - existing.toSet()).shouldBeEmpty()
    }
})
