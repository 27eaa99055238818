package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.http.internal.MODULE
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class ModuleSpec : FunSpec({
    test("the module is compiled") {
        MODULE shouldBe "mcp-transport-http"
    }
})
