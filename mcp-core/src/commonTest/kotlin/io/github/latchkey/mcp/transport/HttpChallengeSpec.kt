package io.github.latchkey.mcp.transport

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

/** RFC 9110 §11.6.1 (AUTH-02, TRAP-24). */
class HttpChallengeSpec :
    FunSpec({
        fun parse(vararg fields: String) = HttpChallenge.parse(fields.toList())

        test("reads quoted and plain parameters") {
            val challenge = parse("""Bearer resource_metadata="https://h/a?b=c,d", error=invalid_token""").single()
            challenge.scheme shouldBe "Bearer"
            challenge.parameters shouldBe mapOf("resource_metadata" to "https://h/a?b=c,d", "error" to "invalid_token")
        }

        test("reads several challenges of one field") {
            val challenges = parse("""Basic realm="a, Bearer b", Bearer scope="x y",DPoP algs="ES256", error="use_dpop_nonce"""")
            challenges.map { it.scheme } shouldBe listOf("Basic", "Bearer", "DPoP")
            challenges[0].parameters shouldBe mapOf("realm" to "a, Bearer b")
            challenges[1].parameters shouldBe mapOf("scope" to "x y")
            challenges[2].parameters shouldBe mapOf("algs" to "ES256", "error" to "use_dpop_nonce")
        }

        test("reads several fields") {
            parse("Negotiate", "Bearer error=x").map { it.scheme } shouldBe listOf("Negotiate", "Bearer")
        }

        test("resolves escapes in quotes") {
            parse("""Bearer error_description="say \"no\" \\ now"""").single().parameters["error_description"] shouldBe """say "no" \ now"""
        }

        test("lowers the names of parameters, not their values") {
            parse("BEARER Scope=AbC").single().parameters shouldBe mapOf("scope" to "AbC")
        }

        test("keeps a token68 apart from parameters") {
            val challenges = parse("Negotiate YII+a/b==, Bearer scope=x")
            challenges[0].token68 shouldBe "YII+a/b=="
            challenges[1].parameters shouldBe mapOf("scope" to "x")
        }

        test("allows space around the equals sign") {
            parse("""Bearer scope = "a"  ,  error = b""").single().parameters shouldBe mapOf("scope" to "a", "error" to "b")
        }

        test("keeps the first of a repeated parameter") {
            parse("Bearer scope=a, scope=b").single().parameters shouldBe mapOf("scope" to "a")
        }

        test("reads a scheme without parameters before another challenge") {
            parse("Bearer, Basic realm=x").map { it.scheme to it.parameters } shouldBe
                listOf("Bearer" to emptyMap(), "Basic" to mapOf("realm" to "x"))
        }

        context("ends on anything") {
            withData("Bearer scope=\"abc", "Bearer scope=", ",,, ,", "=", "\"", "Bearer \"", "Bearer a=\"\\", "é", "Bearer é=x") {
                parse(it)
            }
        }

        test("finds nothing in nothing") {
            parse().shouldBeEmpty()
            parse("").shouldBeEmpty()
        }
    })
