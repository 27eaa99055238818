package io.github.latchkey.mcp.auth

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import kotlin.io.encoding.Base64
import kotlin.time.Duration.Companion.seconds
import kotlin.time.Instant

class TokenClaimsTest : FunSpec({
    fun jwt(claims: String) = "e30." + Base64.UrlSafe.encode(claims.encodeToByteArray()).trimEnd('=') + ".c2ln"

    context("parseOrNull") {
        test("reads what helps to find a fault") {
            val claims =
                TokenClaims.parseOrNull(
                    jwt("""{"iss":"https://id","aud":["a","b"],"scope":"x y","iat":1,"nbf":2,"exp":3.5}"""),
                ).shouldNotBeNull()
            claims.issuer shouldBe "https://id"
            claims.audience shouldContainExactly listOf("a", "b")
            claims.scopes shouldContainExactly listOf("x", "y")
            claims.issuedAt shouldBe 1
            claims.notBefore shouldBe 2
            claims.expiresAt shouldBe 3
        }

        test("takes one audience as a string, and scopes of another name") {
            val claims = TokenClaims.parseOrNull(jwt("""{"aud":"a","scp":["x"]}""")).shouldNotBeNull()
            claims.audience shouldContainExactly listOf("a")
            claims.scopes shouldContainExactly listOf("x")
        }

        test("leaves out what is of a wrong type") {
            val claims = TokenClaims.parseOrNull(jwt("""{"iss":7,"aud":{},"exp":"soon"}""")).shouldNotBeNull()
            claims.issuer.shouldBeNull()
            claims.audience.shouldBeEmpty()
            claims.expiresAt.shouldBeNull()
        }

        test("knows nothing of tokens that are no JWT") {
            for (token in listOf("", "opaque", "a.b.c", "a.!.c")) TokenClaims.parseOrNull(token).shouldBeNull()
        }
    }

    test("the event of a token says all but its value") {
        val now = Instant.fromEpochSeconds(1_000)
        val token = jwt("""{"aud":"https://mcp"}""")
        val grant = Grant(AccessToken(token, now + 60.seconds), RefreshToken("r3fresh"), listOf("x"), listOf("x"), now)
        val event = TokenEvent.of(TokenEvent.Source.OBTAINED, GrantKey("https://id", "client", "https://mcp"), grant, now)
        event.expiresInSeconds shouldBe 60
        event.tokenType shouldBe "Bearer"
        event.isRefreshable shouldBe true
        event.claims?.audience shouldBe listOf("https://mcp")
        event.toString() shouldNotContain token
        event.toString() shouldNotContain "r3fresh"
    }
})
