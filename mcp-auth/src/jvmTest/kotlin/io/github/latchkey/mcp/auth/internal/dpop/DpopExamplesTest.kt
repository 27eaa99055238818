package io.github.latchkey.mcp.auth.internal.dpop

import io.github.latchkey.mcp.auth.AccessToken
import io.github.latchkey.mcp.auth.JwtSigner
import io.github.latchkey.mcp.auth.OAuthCrypto
import io.github.latchkey.mcp.auth.internal.jwt.PublicJwk
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.test.runTest
import java.security.MessageDigest
import kotlin.time.Clock

/** The numbers of the RFCs. */
class DpopExamplesTest : FunSpec({
    val crypto =
        object : OAuthCrypto {
            override fun sha256(bytes: ByteArray): ByteArray = MessageDigest.getInstance("SHA-256").digest(bytes)

            override fun randomBytes(count: Int) = ByteArray(count)
        }
    val jwk =
        """{"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"}"""

    test("the thumbprint of RFC 7638 §3.1") {
        val n =
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn6" +
                "4tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n9" +
                "1CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
        PublicJwk("""{"kty":"RSA","n":"$n","e":"AQAB","alg":"RS256","kid":"2011-04-29"}""").thumbprint(crypto) shouldBe
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    }

    test("the jkt of RFC 9449 §6.1") {
        PublicJwk(jwk).thumbprint(crypto) shouldBe "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
    }

    test("the ath of RFC 9449 §7.1") {
        runTest {
            val signer =
                object : JwtSigner {
                    override val algorithm = "ES256"
                    override val keyId = null
                    override val publicJwk = jwk

                    override suspend fun sign(header: String, claims: String) = claims
                }
            val token = AccessToken("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU", null)
            val url = HttpUrl.parse("https://resource.example.org?x=y#z")!!
            val claims = DpopProver(signer, crypto, Clock.System).proof("GET", url, nonce = "n", token)
            claims shouldContain """"ath":"fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo""""
            claims shouldContain """"htu":"https://resource.example.org/""""
        }
    }

    context("the algorithm is one that both servers take, the best first (RFC 9449 §5.1, §7.1)") {
        class Case(val authorizationServer: List<String>, val resourceServer: List<String>, val expected: List<String>)
        withData(
            nameFn = { "${it.authorizationServer} ${it.resourceServer}: ${it.expected}" },
            Case(listOf("RS256", "ES256"), emptyList(), listOf("ES256", "RS256")),
            Case(listOf("RS256", "ES256"), listOf("RS256"), listOf("RS256")),
            Case(listOf("ES256"), listOf("ES384"), emptyList()),
            Case(listOf("none", "HS256"), emptyList(), emptyList()),
            Case(emptyList(), listOf("ES256"), emptyList()),
        ) { usableAlgorithms(it.authorizationServer, it.resourceServer) shouldBe it.expected }
    }
})
