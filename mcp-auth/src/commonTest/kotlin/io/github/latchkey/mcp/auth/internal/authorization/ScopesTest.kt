package io.github.latchkey.mcp.auth.internal.authorization

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class ScopesTest : FunSpec({
    context("initialScopes (AUTH-68)") {
        test("the challenge goes before the resource's list") { initialScopes(emptyList(), listOf("a"), listOf("b")) shouldBe listOf("a") }
        test("without a challenge, all of the resource's list") {
            initialScopes(emptyList(), null, listOf("b", "c")) shouldBe
                listOf("b", "c")
        }
        test("without either, none") { initialScopes(emptyList(), null, null) shouldBe emptyList() }
        test("what the application wants goes before both") { initialScopes(listOf("x"), listOf("a"), listOf("b")) shouldBe listOf("x") }
    }

    test("a step-up asks for everything so far and what is missing (AUTH-72, TRAP-27)") {
        stepUpScopes(listOf("a"), listOf("a", "b"), listOf("c", "a")) shouldBe listOf("a", "b", "c")
    }

    context("offline_access (AUTH-70)") {
        test("is added where the authorization server lists it") {
            withOfflineAccess(listOf("a"), listOf("a", "offline_access")) shouldBe listOf("a", "offline_access")
        }
        test("is not added where it does not") { withOfflineAccess(listOf("a"), listOf("a")) shouldBe listOf("a") }
        test("is never asked for alone (TRAP-26)") { withOfflineAccess(emptyList(), listOf("offline_access")) shouldBe emptyList() }
        test("is not doubled") { withOfflineAccess(listOf("offline_access"), listOf("offline_access")) shouldBe listOf("offline_access") }
    }
})
