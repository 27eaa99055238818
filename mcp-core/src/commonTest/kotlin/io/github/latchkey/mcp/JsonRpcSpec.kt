package io.github.latchkey.mcp

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.JsonPrimitive

class JsonRpcSpec :
    FunSpec({
        context("parse") {
            test("reads a request") {
                val message = JsonRpcMessage.parse("""{"jsonrpc":"2.0","id":7,"method":"ping","params":{"a":[1,{"b":"}"}]}}""")
                message.shouldBeInstanceOf<JsonRpcRequest>()
                message.id shouldBe RequestId.of(7)
                message.method shouldBe "ping"
                message.params!!.text shouldBe """{"a":[1,{"b":"}"}]}"""
            }

            test("reads a notification, which has no id (RPC-05)") {
                JsonRpcMessage.parse("""{"jsonrpc":"2.0","method":"x"}""").shouldBeInstanceOf<JsonRpcNotification>().params shouldBe null
            }

            test("reads a result whose id stands last") {
                val message = JsonRpcMessage.parse(""" {"result":{"ok":true},"jsonrpc":"2.0","id":"a\"b"} """)
                message.shouldBeInstanceOf<JsonRpcResult>().id shouldBe RequestId.of("a\"b")
            }

            test("reads an error without an id (RPC-07)") {
                val message = JsonRpcMessage.parse(
                    """{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no","data":{"x":null}}}""",
                )
                val failure = message.shouldBeInstanceOf<JsonRpcFailure>()
                failure.id shouldBe null
                failure.error.code shouldBe -32000
                failure.error.data!!.text shouldBe """{"x":null}"""
            }

            test("keeps a null result apart from no result") {
                JsonRpcMessage.parse("""{"jsonrpc":"2.0","id":1,"result":null}""").shouldBeInstanceOf<JsonRpcResult>().result.text shouldBe
                    "null"
            }

            test("takes backslashes before a quote for what they are") {
                val text = """{"jsonrpc":"2.0","id":1,"result":"a\\\\","x":"\\\""}"""
                JsonRpcMessage.parse(
                    text,
                ).shouldBeInstanceOf<JsonRpcResult>().result.decode(kotlinx.serialization.serializer<String>()) shouldBe
                    "a\\\\"
            }

            context("refuses") {
                withData(
                    mapOf(
                        "nothing" to ("" to "ends early"),
                        "an object that ends early" to ("""{"jsonrpc":"2.0","id":1,"result":{"a":1""" to "ends"),
                        "a string that ends early" to ("""{"jsonrpc":"2.0","id":1,"result":"abc""" to "inside a string"),
                        "brackets that do not match" to ("""{"jsonrpc":"2.0","id":1,"result":[}}""" to "unexpected"),
                        "something behind the message" to ("""{"jsonrpc":"2.0","id":1,"result":1} x""" to "follows"),
                        "another JSON-RPC version" to ("""{"jsonrpc":"1.0","id":1,"result":1}""" to "2.0"),
                        "no JSON-RPC version" to ("""{"id":1,"result":1}""" to "2.0"),
                        "result and error at once (RPC-06)" to ("""{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1}}""" to "both"),
                        "neither method, result nor error" to ("""{"jsonrpc":"2.0","id":1}""" to "neither"),
                        "a result without an id" to ("""{"jsonrpc":"2.0","result":1}""" to "without an id"),
                        "a fractional id (RPC-01)" to ("""{"jsonrpc":"2.0","id":1.5,"result":1}""" to "integer"),
                        "an id that stands twice" to ("""{"jsonrpc":"2.0","id":1,"id":2,"result":1}""" to "twice"),
                        "an array" to ("""[{"jsonrpc":"2.0","id":1,"result":1}]""" to "expected '{'"),
                        "HTML" to ("<html></html>" to "expected '{'"),
                        "nesting without end (RPC-18)" to
                            ("""{"jsonrpc":"2.0","id":1,"result":${"[".repeat(5000)}${"]".repeat(5000)}}""" to "nested"),
                    ),
                ) { (text, reason) ->
                    shouldThrow<SerializationException> { JsonRpcMessage.parse(text) }.message!! shouldContain reason
                }
            }
        }

        context("parseBatch") {
            test("reads an array of messages (RPC-11)") {
                val messages = JsonRpcMessage.parseBatch("""[{"jsonrpc":"2.0","method":"a"}, {"jsonrpc":"2.0","id":1,"result":{}}]""")
                messages.map { it::class } shouldBe listOf(JsonRpcNotification::class, JsonRpcResult::class)
            }

            test("reads a single message") {
                JsonRpcMessage.parseBatch("""{"jsonrpc":"2.0","method":"a"}""").size shouldBe 1
            }

            test("refuses an empty one") {
                shouldThrow<SerializationException> { JsonRpcMessage.parseBatch("[]") }
            }
        }

        context("encode") {
            test("writes no null for a member that is absent (RPC-10)") {
                JsonRpcRequest(RequestId.of(1), "ping", null).encode() shouldBe """{"jsonrpc":"2.0","id":1,"method":"ping"}"""
                JsonRpcNotification("n", null).encode() shouldBe """{"jsonrpc":"2.0","method":"n"}"""
            }

            test("keeps null inside params (RPC-10)") {
                JsonRpcNotification("n", RawJson.parse("""{"a":null}""")).encode() shouldBe
                    """{"jsonrpc":"2.0","method":"n","params":{"a":null}}"""
            }

            withData(
                """{"jsonrpc":"2.0","id":"x","result":{}}""",
                """{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"m","data":[1]}}""",
            ) {
                JsonRpcMessage.parse(it).encode() shouldBe it
            }
        }

        context("RequestId") {
            test("tells a number from a string (RPC-04)") {
                (RequestId.of(1) == RequestId.of("1")) shouldBe false
                RequestId.of(1) shouldBe RequestId.of(1)
                RequestId.of("a") shouldBe RequestId.of("a")
            }
        }

        context("RawJson") {
            test("keeps integers beyond 2^53 (RPC-16)") {
                RawJson.parse("""{"n":9007199254740993}""").text shouldBe """{"n":9007199254740993}"""
            }

            test("is equal to the same JSON") {
                RawJson.parse("""{"a": 1}""") shouldBe RawJson.of(RawJson.parse("""{"a":1}""").toElement())
                RawJson.of(JsonPrimitive(1)).hashCode() shouldBe RawJson.parse("1").hashCode()
            }
        }
    })
