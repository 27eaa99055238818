package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.auth.internal.MODULE
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class ModuleSpec : FunSpec({
    test("the module is compiled") {
        MODULE shouldBe "mcp-auth"
    }
})
