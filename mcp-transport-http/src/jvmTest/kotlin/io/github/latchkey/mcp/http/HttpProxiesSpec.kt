package io.github.latchkey.mcp.http

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe

class HttpProxiesSpec : FunSpec({
    test("the proxy of the options is named without its password") {
        val options = HttpTransportOptions.Builder().proxy("http://jane:secret@proxy.example:8080").build()
        val proxy = HttpProxies.find(options, "https://mcp.example/mcp")
        proxy?.url shouldBe "http://proxy.example:8080"
        proxy?.setBy shouldBe "the option proxy"
    }

    test("there is none where the options say so") {
        HttpProxies.find(HttpTransportOptions.Builder().noProxy().build(), "https://mcp.example/mcp").shouldBeNull()
    }

    test("a URL without a host is a mistake") {
        shouldThrow<IllegalArgumentException> { HttpProxies.find(HttpTransportOptions.DEFAULT, "mailto:jane") }
    }
})
