package io.github.latchkey.mcp.auth.internal.discovery

import io.github.latchkey.mcp.transport.HttpChallenge
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe

class OAuthChallengeTest : FunSpec({
    fun of(vararg fields: String) = OAuthChallenge.of(HttpChallenge.parse(fields.toList()))

    test("a Bearer challenge says where, what for and why (AUTH-02)") {
        val challenge = of("""Bearer resource_metadata="https://a/prm", scope="x y", error="insufficient_scope"""")
        listOf(challenge.resourceMetadata, challenge.scopes, challenge.error) shouldBe
            listOf("https://a/prm", listOf("x", "y"), "insufficient_scope")
    }

    test("a DPoP challenge says it, too (TRAP-24)") {
        of("""dpop resource_metadata="https://a/prm"""").resourceMetadata shouldBe
            "https://a/prm"
    }

    test("other schemes say nothing") { of("""Basic realm="x", resource_metadata="https://a/prm"""").resourceMetadata.shouldBeNull() }

    test("a Bearer challenge behind another one is found") {
        of("""Negotiate abc==, Bearer scope="a, b", resource_metadata="https://a/prm"""").resourceMetadata shouldBe "https://a/prm"
    }

    test("an empty scope is none (TRAP-26)") { of("""Bearer scope=""""").scopes.shouldBeNull() }
})
