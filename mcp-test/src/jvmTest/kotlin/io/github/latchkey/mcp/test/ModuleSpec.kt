package io.github.latchkey.mcp.test

import io.github.latchkey.mcp.test.internal.MODULE
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class ModuleSpec : FunSpec({
    test("the module is compiled") {
        MODULE shouldBe "mcp-test"
    }
})
