package io.github.latchkey.mcp.auth.internal.url

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.map
import io.kotest.property.arbitrary.pair
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll

class FormEncodingTest : FunSpec({
    test("everything but unreserved characters is escaped (RFC 3986 §2.3)") {
        percentEncode("aZ0-._~ +/:&=%ü") shouldBe "aZ0-._~%20%2B%2F%3A%26%3D%25%C3%BC"
    }

    context("formDecode reads what servers send") {
        withData(
            nameFn = { "'${it.first}'" },
            "code=a&state=b" to listOf("code" to "a", "state" to "b"),
            "a=b+c%20d" to listOf("a" to "b c d"),
            "iss=https%3A%2F%2Fas.example%2f" to listOf("iss" to "https://as.example/"),
            "a=b=c" to listOf("a" to "b=c"),
            "a" to listOf("a" to ""),
            "" to emptyList(),
            "&&a=1&" to listOf("a" to "1"),
            "a=%zz%4" to listOf("a" to "%zz%4"),
            "a=%C3%BC" to listOf("a" to "ü"),
        ) { (text, expected) -> formDecode(text) shouldBe expected }
    }

    test("what is written is read again") {
        val names = Arb.string(1..8).map { it.filterNot(Char::isSurrogate) + "n" }
        val values = Arb.string(0..12).map { it.filterNot(Char::isSurrogate) }
        checkAll(Arb.list(Arb.pair(names, values), 1..4)) { parameters -> formDecode(formEncode(parameters)) shouldBe parameters }
    }
})
