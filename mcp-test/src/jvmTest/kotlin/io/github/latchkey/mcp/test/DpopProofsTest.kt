package io.github.latchkey.mcp.test

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.security.KeyPairGenerator
import java.security.Signature
import java.security.interfaces.ECPrivateKey
import java.security.interfaces.ECPublicKey
import java.security.spec.ECGenParameterSpec
import java.time.Clock
import java.time.Instant
import java.time.ZoneOffset
import java.util.Base64

/** The proofs are made here by hand, so that no library's mistake is shared. */
class DpopProofsTest : FunSpec({
    val clock = Clock.fixed(Instant.ofEpochSecond(1_000_000), ZoneOffset.UTC)
    val keys = KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }.generateKeyPair()
    val public = keys.public as ECPublicKey
    val url = "https://as.example/token"

    fun base64(bytes: ByteArray) = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)

    fun base64(number: java.math.BigInteger) = base64(number.toByteArray().takeLast(32).toByteArray().let { ByteArray(32 - it.size) + it })

    fun strings(vararg members: Pair<String, String>): Map<String, JsonElement> = members.toMap().mapValues { JsonPrimitive(it.value) }

    val jwk = JsonObject(strings("kty" to "EC", "crv" to "P-256", "x" to base64(public.w.affineX), "y" to base64(public.w.affineY)))
    val header = strings("typ" to "dpop+jwt", "alg" to "ES256") + ("jwk" to jwk)
    val claims = strings("jti" to "1", "htm" to "POST", "htu" to url) + ("iat" to JsonPrimitive(1_000_000))

    fun proof(header: Map<String, JsonElement>, claims: Map<String, JsonElement>): String {
        val input = listOf(header, claims).joinToString(".") { base64(JsonObject(it).toString().toByteArray()) }
        val signature = Signature.getInstance("SHA256withECDSAinP1363Format").apply { initSign(keys.private) }
        signature.update(input.toByteArray())
        return "$input." + base64(signature.sign())
    }

    fun request(vararg proofs: String) = RecordedRequest("POST", "/token", "", mapOf("DPoP" to proofs.toList()), "")

    fun verify(proof: String, proofs: DpopProofs = DpopProofs(listOf("ES256"), clock, null), token: String? = null) =
        proofs.verify(request(proof), url, token)

    test("a proof that is in order tells its key") {
        verify(proof(header, claims)).shouldBeInstanceOf<DpopProofs.Outcome.Valid>().keyThumbprint shouldBe JsonWebKey(jwk).thumbprint()
    }

    test("a proof with a token has its hash") {
        val ath = strings("ath" to sha256Base64Url("token"))
        verify(proof(header, claims + ath), token = "token").shouldBeInstanceOf<DpopProofs.Outcome.Valid>()
    }

    context("what is wrong is told (RFC 9449 §4.3)") {
        val private = JsonObject(jwk + ("d" to JsonPrimitive(base64((keys.private as ECPrivateKey).s))))
        withData<Pair<String, String>>(
            nameFn = { it.first },
            "a DPoP proof that is no JWT" to "hello",
            "a DPoP proof without jwk" to proof(header - "jwk", claims),
            "a DPoP proof whose typ is not dpop+jwt" to proof(header + strings("typ" to "JWT"), claims),
            "a DPoP proof with an algorithm that is not supported" to proof(header + strings("alg" to "none"), claims),
            "a DPoP proof that gives away the private key" to proof(header + ("jwk" to private), claims),
            "a DPoP proof whose signature is wrong" to proof(header, claims).dropLast(4) + "AAAA",
            "a DPoP proof without jti" to proof(header, claims - "jti"),
            "a DPoP proof of another time" to proof(header, claims + ("iat" to JsonPrimitive(999_000))),
            "a DPoP proof for another method" to proof(header, claims + strings("htm" to "GET")),
            "a DPoP proof for another URL" to proof(header, claims + strings("htu" to "$url?a=b")),
            "a DPoP proof for another token, or for none" to proof(header, claims + strings("ath" to "x")),
        ) { (problem, proof) -> verify(proof).shouldBeInstanceOf<DpopProofs.Outcome.Invalid>().problem shouldBe problem }
    }

    test("a proof is good once") {
        val proofs = DpopProofs(listOf("ES256"), clock, null)
        val proof = proof(header, claims)
        verify(proof, proofs).shouldBeInstanceOf<DpopProofs.Outcome.Valid>()
        verify(proof, proofs).shouldBeInstanceOf<DpopProofs.Outcome.Invalid>().problem shouldBe "a DPoP proof that was used before"
    }

    test("one proof a request") {
        val two = request(proof(header, claims), proof(header, claims + strings("jti" to "2")))
        DpopProofs(listOf("ES256"), clock, null).verify(two, url, null).shouldBeInstanceOf<DpopProofs.Outcome.Invalid>()
    }

    test("a nonce is good as often as it was said") {
        val proofs = DpopProofs(listOf("ES256"), clock, nonceUses = 2)
        val nonce = proofs.currentNonce!!
        val outcomes = List(3) { verify(proof(header, claims + strings("jti" to "$it", "nonce" to nonce)), proofs)::class.simpleName }
        outcomes shouldBe listOf("Valid", "Valid", "WantsNonce")
        (proofs.currentNonce == nonce) shouldBe false
    }
})
