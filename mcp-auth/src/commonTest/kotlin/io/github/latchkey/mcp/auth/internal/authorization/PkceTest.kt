package io.github.latchkey.mcp.auth.internal.authorization

import io.github.latchkey.mcp.auth.AuthorizationFailedException
import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe

class PkceTest : FunSpec({
    fun server(methods: List<String>?) = AuthorizationServer("https://as", null, null, null, codeChallengeMethodsSupported = methods)

    context("a server that does not promise S256 is refused (AUTH-50)") {
        withData(nameFn = { "$it" }, null, emptyList(), listOf("plain"), listOf("s256")) { methods ->
            val failure = shouldThrow<AuthorizationFailedException> { requirePkce(server(methods)) }
            failure.step shouldBe AuthorizationStep.SERVER_METADATA
        }
    }

    test("one that promises it is not") { shouldNotThrowAny { requirePkce(server(listOf("plain", "S256"))) } }

    test("one without metadata cannot promise anything (AUTH-51)") {
        shouldNotThrowAny { requirePkce(AuthorizationServer.byConvention("https://h")) }
    }
})
