package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.RawJson
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

/** MCP 2025-11-25, Elicitation, Requested Schema (FEAT-53 to FEAT-55). */
class ElicitationFormSpec :
    FunSpec({
        fun form(properties: String, required: String = "[]") =
            ElicitationForm(RawJson.parse("""{"type":"object","properties":{$properties},"required":$required}""").toObject()!!)

        fun complete(properties: String, content: String, required: String = "[]") =
            form(properties, required).complete(RawJson.parse(content).toObject()!!).toString()

        val everything =
            """"s":{"type":"string","default":"x"},"i":{"type":"integer","default":3},"n":{"type":"number","default":1.5},""" +
                """"b":{"type":"boolean","default":true},"e":{"type":"string","enum":["p","q"],"default":"q"},"plain":{"type":"string"}"""

        test("fills in the defaults of every type for what is left out") {
            complete(everything, "{}") shouldBe """{"s":"x","i":3,"n":1.5,"b":true,"e":"q"}"""
        }

        test("leaves what is given alone (TRAP-44)") {
            complete(everything, """{"s":"y","b":false}""") shouldBe """{"s":"y","i":3,"n":1.5,"b":false,"e":"q"}"""
        }

        context("takes") {
            withData(
                """"a":{"type":"string","minLength":1,"maxLength":2}""" to """{"a":"xy"}""",
                """"a":{"type":"integer","minimum":1,"maximum":3}""" to """{"a":3}""",
                """"a":{"type":"number"}""" to """{"a":1}""",
                """"a":{"type":"string","oneOf":[{"const":"p","title":"P"}]}""" to """{"a":"p"}""",
                """"a":{"type":"array","items":{"enum":["p","q"]},"maxItems":2}""" to """{"a":["p","q"]}""",
                """"a":{"type":"array","items":{"anyOf":[{"const":"p","title":"P"}]},"minItems":1}""" to """{"a":["p"]}""",
                """"a":{"type":"hologram"}""" to """{"a":{}}""",
                "" to """{"extra":1}""",
            ) { (properties, content) -> complete(properties, content) shouldBe content }
        }

        context("names the field that does not fit") {
            withData(
                """"a":{"type":"string"}""" to """{"a":1}""",
                """"a":{"type":"string","maxLength":1}""" to """{"a":"xy"}""",
                """"a":{"type":"string","minLength":1}""" to """{"a":""}""",
                """"a":{"type":"string","enum":["p"]}""" to """{"a":"q"}""",
                """"a":{"type":"integer"}""" to """{"a":1.5}""",
                """"a":{"type":"integer","minimum":2}""" to """{"a":1}""",
                """"a":{"type":"number","maximum":2}""" to """{"a":3}""",
                """"a":{"type":"number"}""" to """{"a":"1"}""",
                """"a":{"type":"boolean"}""" to """{"a":"true"}""",
                """"a":{"type":"array","items":{"enum":["p"]}}""" to """{"a":["q"]}""",
                """"a":{"type":"array","items":{"enum":["p"]},"minItems":1}""" to """{"a":[]}""",
                """"a":{"type":"array","items":{"enum":["p","q"]},"maxItems":1}""" to """{"a":["p","q"]}""",
            ) { (properties, content) ->
                shouldThrow<IllegalArgumentException> { complete(properties, content) }.message!! shouldContain "'a'"
            }
        }

        test("names the field that is missing") {
            shouldThrow<IllegalArgumentException> { complete(""""a":{"type":"string"}""", "{}", """["a"]""") }.message!! shouldContain "'a'"
        }
    })
