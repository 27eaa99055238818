package io.github.latchkey.mcp

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

/** MCP 2025-11-25 and 2026-07-28, Elicitation, Requested Schema (FEAT-53, FEAT-54). */
class FormFieldSpec :
    FunSpec({
        fun fields(properties: String, required: String = "[]") =
            FormElicitation("m", RawJson.parse("""{"type":"object","properties":{$properties},"required":$required}""")).fields

        fun field(schema: String) = fields(""""a":$schema""").single()

        test("fields come in the order of the form, with what the server says of them") {
            val (name, age) =
                fields(
                    """"name":{"type":"string","title":"Name","description":"yours","default":"Ada","minLength":1,"format":"email"},""" +
                        """"age":{"type":"integer","minimum":0,"maximum":150}""",
                    """["age"]""",
                )
            listOf(name.name, name.title, name.description, name.format, name.type) shouldBe
                listOf("name", "Name", "yours", "email", FormFieldType.STRING)
            listOf(name.isRequired, name.minLength, name.maxLength, name.default?.text) shouldBe listOf(false, 1, null, "\"Ada\"")
            listOf(age.isRequired, age.minimum, age.maximum, age.type) shouldBe listOf(true, 0.0, 150.0, FormFieldType.INTEGER)
            age.choices.shouldBeNull()
        }

        test("a form that makes no sense has no fields") {
            FormElicitation("m", RawJson.parse("""{"properties":{"a":1,"b":[]}}""")).fields shouldBe emptyList()
            FormElicitation("m", RawJson.parse("[]")).fields shouldBe emptyList()
        }

        context("choices in each of their forms") {
            withData(
                """{"type":"string","enum":["p","q"]}""" to "p=p q=q",
                """{"type":"string","enum":["p","q"],"enumNames":["P"]}""" to "p=P q=q",
                """{"type":"string","oneOf":[{"const":"p","title":"P"},{"const":"q"},{"title":"none"}]}""" to "p=P q=q",
                """{"type":"array","items":{"type":"string","enum":["p","q"]}}""" to "p=p q=q",
                """{"type":"array","items":{"anyOf":[{"const":"p","title":"P"}]}}""" to "p=P",
            ) { (schema, expected) -> field(schema).choices!!.joinToString(" ") { "${it.value}=${it.title}" } shouldBe expected }
        }

        context("has nothing against") {
            withData(
                """{"type":"string","format":"email"}""" to "a@b.example",
                """{"type":"string","format":"uri"}""" to "urn:x:y",
                """{"type":"string","format":"date"}""" to "2024-02-29",
                """{"type":"string","format":"date-time"}""" to "2026-07-28T23:59:60.5+02:00",
                """{"type":"string","format":"date-time"}""" to "2026-07-28t09:30:00z",
                """{"type":"string","format":"colour"}""" to "anything",
                """{"type":"string","maxLength":1}""" to "\uD83D\uDE00",
            ) { (schema, text) -> field(schema).problemOf(RawJson.parse("\"$text\"")).shouldBeNull() }
        }

        context("says what is wrong with") {
            withData(
                Triple("""{"type":"string","format":"email"}""", "\"a b@c\"", "e-mail"),
                Triple("""{"type":"string","format":"uri"}""", "\"no uri\"", "URI"),
                Triple("""{"type":"string","format":"date"}""", "\"2026-02-29\"", "date"),
                Triple("""{"type":"string","format":"date"}""", "\"2026-13-01\"", "date"),
                Triple("""{"type":"string","format":"date-time"}""", "\"2026-07-28\"", "time"),
                Triple("""{"type":"string","format":"date-time"}""", "\"2026-07-28T24:00:00Z\"", "time"),
                Triple("""{"type":"string","minLength":3}""", "\"ab\"", "3 characters are the least"),
                Triple("""{"type":"string","maxLength":3}""", "\"abcd\"", "3 characters are the most"),
                Triple("""{"type":"integer","minimum":1}""", "0", "1 is the least"),
                Triple("""{"type":"number","maximum":1.5}""", "2", "1.5 is the most"),
                Triple("""{"type":"integer"}""", "1.5", "integer"),
                Triple("""{"type":"boolean"}""", "1", "true nor false"),
                Triple("""{"type":"string","enum":["p"]}""", "\"q\"", "none of the choices"),
                Triple("""{"type":"array","items":{"enum":["p","q"]},"minItems":2}""", "[\"p\"]", "2 are the least"),
            ) { (schema, value, part) -> field(schema).problemOf(RawJson.parse(value))!! shouldContain part }
        }
    })
