package io.github.latchkey.mcp.auth.internal.token

import io.github.latchkey.mcp.auth.internal.MalformedDocumentException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.seconds
import kotlin.time.Instant

class TokenResponseTest : FunSpec({
    val now = Instant.fromEpochSeconds(1_000)

    fun parse(members: String) = parseGrant("""{"access_token":"T","token_type":"Bearer"$members}""", listOf("a", "b"), now)

    test("the least that is needed") {
        val grant = parse("")
        grant.accessToken.value shouldBe "T"
        grant.accessToken.expiresAt.shouldBeNull()
        grant.refreshToken.shouldBeNull()
    }

    context("the scope (AUTH-75)") {
        test("absent means as requested") { parse("").grantedScopes shouldBe listOf("a", "b") }
        test("present means what it says") { parse(""","scope":"b  c"""").grantedScopes shouldBe listOf("b", "c") }
        test("empty means absent") { parse(""","scope":""""").grantedScopes shouldBe listOf("a", "b") }
    }

    context("expires_in") {
        withData(nameFn = {
            "'${it.first}'"
        }, "3600" to 3600L, "\"60\"" to 60L, "59.9" to 59L, "0" to null, "-5" to null, "null" to null) { (text, expected) ->
            parse(""","expires_in":$text""").accessToken.expiresAt shouldBe expected?.let { now + it.seconds }
        }
        test("absurdly large is long") { (parse(""","expires_in":1e300""").accessToken.expiresAt != null) shouldBe true }
    }

    context("token_type in any case (AUTH-88)") {
        withData("bearer", "Bearer", "BEARER") {
            parseGrant("""{"access_token":"T","token_type":"$it"}""", emptyList(), now).accessToken.value shouldBe
                "T"
        }
    }

    context("what cannot be used") {
        withData(
            nameFn = { "'${it.first}'" },
            """{"access_token":"T","token_type":"DPoP"}""" to "has a token_type other than Bearer",
            """{"access_token":"T","token_type":"mac"}""" to "has a token_type other than Bearer",
            """{"access_token":"T"}""" to "has no token_type",
            """{"token_type":"Bearer"}""" to "has no access_token",
            """{"access_token":"","token_type":"Bearer"}""" to "has no access_token",
            """{"access_token":"a\r\nX-Evil: 1","token_type":"Bearer"}""" to "has an access_token that no header can hold",
            """{"access_token":"T","token_type":"Bearer","expires_in":"soon"}""" to "has a wrong expires_in, not a number",
            """{"access_token":"SECRET","token_ty""" to "is broken or truncated JSON",
            "<html>" to "is HTML or XML, not JSON",
        ) { (text, problem) -> shouldThrow<MalformedDocumentException> { parseGrant(text, emptyList(), now) }.problem shouldBe problem }
    }
})
