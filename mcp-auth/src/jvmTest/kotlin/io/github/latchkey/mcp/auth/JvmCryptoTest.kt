package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.auth.internal.authorization.codeChallenge
import io.github.latchkey.mcp.auth.internal.authorization.randomToken
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch

class JvmCryptoTest : FunSpec({
    test("S256 of the example in RFC 7636 Appendix B (AUTH-49)") {
        val verifier = CodeVerifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        codeChallenge(verifier, JvmCrypto()) shouldBe "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    }

    test("a verifier has 43 unreserved characters, never the same (RFC 7636 §4.1)") {
        val crypto = JvmCrypto()
        val tokens = List(1_000) { randomToken(crypto) }
        tokens.forEach { it shouldMatch "[A-Za-z0-9_-]{43}" }
        tokens.distinct() shouldHaveSize 1_000
    }
})
