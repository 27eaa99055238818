package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.internal.MirroredParameters.Reading
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf

/** MCP 2026-07-28, Streamable HTTP, Custom Headers (STL-31 to STL-38, AMB-11). */
class MirroredParametersSpec :
    FunSpec({
        fun schema(properties: String) = RawJson.parse("""{"type":"object","properties":{$properties}}""")

        fun headers(properties: String, arguments: String): Map<String, String> {
            val reading = MirroredParameters.read(schema(properties)).shouldBeInstanceOf<Reading.Valid>()
            return reading.parameters.headers(RawJson.parse(arguments).toObject()!!)
        }

        val everything =
            """"s":{"type":"string","x-mcp-header":"S"},"i":{"type":"integer","x-mcp-header":"I"},""" +
                """"b":{"type":"boolean","x-mcp-header":"B"},""" +
                """"o":{"type":"object","properties":{"n":{"type":["string","null"],"x-mcp-header":"N"}}},"plain":{"type":"number"}"""

        context("headers") {
            withData(
                mapOf(
                    "a string as it is" to ("""{"s":" a\tü "}""" to mapOf("S" to " a\tü ")),
                    "an empty string (STL-42)" to ("""{"s":""}""" to mapOf("S" to "")),
                    "an integer in decimal" to ("""{"i":-7}""" to mapOf("I" to "-7")),
                    "an integer written as 42.0 (AMB-11)" to ("""{"i":42.0}""" to mapOf("I" to "42")),
                    "a boolean" to ("""{"b":true}""" to mapOf("B" to "true")),
                    "a nested parameter" to ("""{"o":{"n":"x"}}""" to mapOf("N" to "x")),
                    "nothing for null (STL-32)" to ("""{"s":null,"o":{"n":null}}""" to emptyMap()),
                    "nothing for what is absent (STL-32)" to ("{}" to emptyMap()),
                    "nothing for what is not annotated (STL-33)" to ("""{"plain":1.5,"other":"x"}""" to emptyMap()),
                    "the largest integer (STL-38)" to ("""{"i":9007199254740991}""" to mapOf("I" to "9007199254740991")),
                ),
            ) { (arguments, expected) -> headers(everything, arguments) shouldBe expected }
        }

        context("an argument that does not fit fails the call here (AMB-11, TRAP-43)") {
            withData("""{"s":1}""", """{"i":"1"}""", """{"i":1.5}""", """{"i":9007199254740992}""", """{"b":"true"}""", """{"s":{}}""") {
                shouldThrow<IllegalArgumentException> { headers(everything, it) }
            }
        }

        context("an invalid annotation (STL-34, STL-35)") {
            withData(
                mapOf(
                    "empty" to """"a":{"type":"string","x-mcp-header":""}""",
                    "no string" to """"a":{"type":"string","x-mcp-header":true}""",
                    "with a space" to """"a":{"type":"string","x-mcp-header":"A B"}""",
                    "with a colon" to """"a":{"type":"string","x-mcp-header":"A:"}""",
                    "with a tab" to """"a":{"type":"string","x-mcp-header":"A\t"}""",
                    "beyond ASCII" to """"a":{"type":"string","x-mcp-header":"Région"}""",
                    "twice" to """"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"A"}""",
                    "twice but for case" to """"a":{"type":"string","x-mcp-header":"Aa"},"b":{"type":"string","x-mcp-header":"aA"}""",
                    "on an object" to """"a":{"type":"object","x-mcp-header":"A"}""",
                    "on an array" to """"a":{"type":"array","x-mcp-header":"A"}""",
                    "on a number" to """"a":{"type":"number","x-mcp-header":"A"}""",
                    "on null" to """"a":{"type":"null","x-mcp-header":"A"}""",
                    "on no type" to """"a":{"x-mcp-header":"A"}""",
                    "on several types" to """"a":{"type":["string","integer"],"x-mcp-header":"A"}""",
                    "in items" to """"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}""",
                    "in anyOf" to """"a":{"anyOf":[{"type":"string","x-mcp-header":"A"}]}""",
                    "below not" to """"a":{"not":{"properties":{"b":{"type":"string","x-mcp-header":"A"}}}}""",
                ),
            ) { properties -> MirroredParameters.read(schema(properties)).shouldBeInstanceOf<Reading.Invalid>() }

            test("in a definition") {
                val schema = RawJson.parse("""{"${'$'}defs":{"d":{"type":"string","x-mcp-header":"A"}}}""")
                MirroredParameters.read(schema).shouldBeInstanceOf<Reading.Invalid>().reason shouldContain "not reachable"
            }

            test("at the root") {
                MirroredParameters.read(RawJson.parse("""{"type":"string","x-mcp-header":"A"}""")).shouldBeInstanceOf<Reading.Invalid>()
            }
        }

        test("a parameter may have the name of the annotation, and data may mention it") {
            val properties = """"x-mcp-header":{"type":"string","default":{"x-mcp-header":""}}"""
            headers(properties, """{"x-mcp-header":"v"}""") shouldBe emptyMap()
        }
    })
