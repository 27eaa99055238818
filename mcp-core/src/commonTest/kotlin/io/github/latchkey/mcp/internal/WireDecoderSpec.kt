package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.RawJson
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import kotlinx.serialization.Serializable
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject

@Serializable
private data class Everything(
    val text: String = "none",
    val number: Int? = null,
    val long: Long = 0,
    val double: Double? = null,
    val isTrue: Boolean? = null,
    val list: List<String> = emptyList(),
    val map: Map<String, Long> = emptyMap(),
    val kind: Kind? = null,
    val inner: Everything? = null,
    val tree: JsonObject? = null,
    val raw: RawJson? = null,
)

@Serializable
private enum class Kind { ONE, TWO }

/** Types of the wire from the text of a message. What can be read must be read as kotlinx.serialization does. */
class WireDecoderSpec :
    FunSpec({
        fun decode(text: String) = WireDecoder.decode(text, 0, Everything.serializer())

        context("reads as kotlinx.serialization does") {
            withData(
                "{}",
                """ { "text" : "a" , "number" : 1 } """.trim(),
                """{"number":null,"inner":null,"raw":null}""",
                """{"long":9007199254740993,"double":1e3,"isTrue":true}""",
                """{"number":"7","double":"0.5"}""",
                """{"list":["a","b\n\u00e9\ud83d\ude00"],"map":{"a":1,"b \" c":2},"kind":"TWO"}""",
                """{"list":[],"map":{},"unknown":{"a":[1,{"b":"}"}]},"text":"x"}""",
                """{"inner":{"inner":{"text":"deep","list":["1"]},"text":"less"},"text":"top"}""",
                """{"tree":{"a":[1,null]},"raw":[{"a":"b"}]}""",
                """{"te\u0078t":"named by an escape"}""",
                """{"text":"first","text":"last"}""",
            ) { text ->
                decode(text) shouldBe McpJson.decodeFromString(Everything.serializer(), text)
            }
        }

        context("refuses what is no JSON, or does not fit") {
            withData(
                nameFn = { "'$it'" },
                "",
                "[]",
                "nul",
                """{"text":1e}""",
                """{"text":"\x"}""",
                """{"text":"\u12"}""",
                """{"text":"a"""",
                """{"text" "a"}""",
                """{"text":"a",}""",
                """{"number":"x"}""",
                """{"number":1.5}""",
                """{"number":99999999999}""",
                """{"number":{}}""",
                """{"isTrue":1}""",
                """{"list":{}}""",
                """{"list":["a",]}""",
                """{"list":[1 2]}""",
                """{"map":[]}""",
                """{"kind":"THREE"}""",
                """{"raw":{"a":tru}}""",
                """{"raw":["\q"]}""",
                """{"raw":[1-]x}""",
                """{"tree":[]}""",
            ) { text ->
                shouldThrow<SerializationException> { decode(text) }
            }
        }

        test("what is open stays as it came, to the letter") {
            decode("""{"raw": {"b" : 1.0,"a":[ ]} }""").raw?.text shouldBe """{"b" : 1.0,"a":[ ]}"""
        }

        test("begins anywhere in a text") {
            val text = """{"result":{"text":"x"},"id":1}"""
            WireDecoder.decode(text, 10, Everything.serializer()).text shouldBe "x"
        }

        test("ends at a depth that no message has") {
            val deep = "[".repeat(1_000) + "]".repeat(1_000)
            shouldThrow<SerializationException> { decode("""{"raw":$deep}""") }
            shouldThrow<SerializationException> { WireDecoder.decode(deep, 0, JsonElement.serializer()) }
        }
    })
