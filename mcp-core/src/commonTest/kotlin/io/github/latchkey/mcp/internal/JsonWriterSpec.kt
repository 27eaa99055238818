package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.JsonRpcMessage
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive

/** JSON as UTF-8. The other side of each test is kotlinx.serialization. */
class JsonWriterSpec :
    FunSpec({
        fun write(value: JsonElement): String = JsonWriter(0).also { it.element(value) }.toByteArray().decodeToString()

        context("writes what was read") {
            withData(
                """{"a":[1,-2.5e3,true,false,null,"x"],"b":{},"c":[],"d":{"e":[[]]}}""",
                """"quotes \" and \\ and \n\r\t\b\f and \u0000 and \u001f"""",
                """"é, 漢字, 😀, and \"é\" once more"""",
                """12345678901234567890.12345""",
                """{"é":"😀"}""",
            ) { text ->
                val value = Json.parseToJsonElement(text)
                Json.parseToJsonElement(write(value)) shouldBe value
            }
        }

        test("writes any string") {
            checkAll(Arb.string()) { text ->
                Json.decodeFromString<String>(write(JsonPrimitive(text))) shouldBe text.encodeToByteArray().decodeToString()
            }
        }

        test("half a pair of surrogates becomes a question mark, as UTF-8 has none") {
            write(JsonPrimitive("a\uD83Db")) shouldBe "\"a?b\""
        }

        test("a message is one line, whatever is in it") {
            val text = "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{\"a\":\n[1,\n\"x\\ny\"]}}"
            JsonRpcMessage.parse(text).encode() shouldBe """{"jsonrpc":"2.0","method":"m","params":{"a":[1,"x\ny"]}}"""
        }
    })
