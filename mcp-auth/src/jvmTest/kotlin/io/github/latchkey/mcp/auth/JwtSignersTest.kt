package io.github.latchkey.mcp.auth

import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator
import com.nimbusds.jwt.SignedJWT
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.Signature
import java.security.interfaces.ECPrivateKey
import java.security.interfaces.ECPublicKey
import java.security.spec.ECGenParameterSpec
import java.util.Base64

class JwtSignersTest : FunSpec({
    fun ec(curve: String = "secp256r1"): KeyPair =
        KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec(curve)) }.generateKeyPair()

    fun rsa(bits: Int = 2048): KeyPair = KeyPairGenerator.getInstance("RSA").apply { initialize(bits) }.generateKeyPair()

    fun pem(label: String, bytes: ByteArray): String =
        "-----BEGIN $label-----\n${Base64.getMimeEncoder(64, byteArrayOf(10)).encodeToString(bytes)}\n-----END $label-----\n"

    fun pem(keys: KeyPair) = pem("PRIVATE KEY", keys.private.encoded)

    suspend fun isSignedBy(signer: JwtSigner, keys: KeyPair): Boolean {
        val jws = SignedJWT.parse(signer.sign("""{"alg":"${signer.algorithm}","typ":"JWT"}""", """{"sub":"me"}"""))
        return jws.verify(DefaultJWSVerifierFactory().createJWSVerifier(jws.header, keys.public))
    }

    context("a key in PEM signs with its usual algorithm, or the one asked for") {
        class Case(val name: String, val keys: KeyPair, val algorithm: String?, val expected: String)
        val rsa = rsa()
        withData(
            nameFn = { it.name },
            Case("P-256", ec(), null, "ES256"),
            Case("P-384", ec("secp384r1"), null, "ES384"),
            Case("P-521", ec("secp521r1"), "ES512", "ES512"),
            Case("RSA", rsa, null, "RS256"),
            Case("RSA-PSS", rsa, "PS256", "PS256"),
        ) { case ->
            val signer = JwtSigners.fromPem(pem(case.keys), case.algorithm)
            signer.algorithm shouldBe case.expected
            isSignedBy(signer, case.keys) shouldBe true
        }
    }

    test("the JDK alone verifies, too") {
        val keys = ec()
        val (header, claims, signature) = JwtSigners.fromPem(pem(keys)).sign("""{"alg":"ES256"}""", "{}").split('.')
        val verifier = Signature.getInstance("SHA256withECDSAinP1363Format").apply { initVerify(keys.public) }
        verifier.update("$header.$claims".toByteArray())
        verifier.verify(Base64.getUrlDecoder().decode(signature)) shouldBe true
    }

    test("what stands around the key in a file does not matter") {
        val keys = ec()
        JwtSigners.fromPem("Subject: me\n" + pem("CERTIFICATE", byteArrayOf(1, 2)) + pem(keys).replace("\n", "\r\n")).algorithm shouldBe
            "ES256"
    }

    test("a JSON Web Key tells its public half, and its alg and kid count") {
        val jwk = ECKeyGenerator(Curve.P_256).keyID("k1").generate()
        val signer = JwtSigners.fromJwk(jwk.toJSONString())
        signer.keyId shouldBe "k1"
        signer.publicJwk!! shouldContain jwk.x.toString()
        signer.publicJwk!! shouldNotContain jwk.d.toString()
        isSignedBy(signer, jwk.toKeyPair()) shouldBe true
    }

    test("a key pair tells its public half; an elliptic curve key in PEM cannot") {
        val keys = ec()
        (JwtSigners.ofKeyPair(keys).publicJwk != null) shouldBe true
        JwtSigners.fromPem(pem(keys)).publicJwk shouldBe null
        (JwtSigners.fromPem(pem(rsa())).publicJwk != null) shouldBe true
    }

    context("a key that cannot be used is the caller's mistake, and is not shown") {
        val keys = ec()
        val text = pem(keys)
        val secret = (keys.private as ECPrivateKey).s.toString(16)
        withData<Pair<String, () -> JwtSigner>>(
            nameFn = { it.first },
            "no PEM" to { JwtSigners.fromPem("hello") },
            "not even Base64" to { JwtSigners.fromPem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----") },
            "another form" to { JwtSigners.fromPem(pem("EC PRIVATE KEY", keys.private.encoded)) },
            "encrypted" to { JwtSigners.fromPem(pem("ENCRYPTED PRIVATE KEY", keys.private.encoded)) },
            "an algorithm of other keys" to { JwtSigners.fromPem(text, "RS256") },
            "an algorithm of another curve" to { JwtSigners.fromPem(text, "ES384") },
            "no algorithm at all" to { JwtSigners.fromPem(text, "none") },
            "a shared secret" to { JwtSigners.fromPem(text, "HS256") },
            "a short RSA key" to { JwtSigners.fromPem(pem(rsa(1024))) },
            "a JWK that is none" to { JwtSigners.fromJwk("{}") },
            "a public JWK" to { JwtSigners.fromJwk(ECKeyGenerator(Curve.P_256).generate().toPublicJWK().toJSONString()) },
            "a symmetric JWK" to { JwtSigners.fromJwk(OctetSequenceKeyGenerator(256).generate().toJSONString()) },
        ) { (_, make) ->
            val failure = shouldThrow<IllegalArgumentException> { make() }
            failure.stackTraceToString() shouldNotContain secret
            text.lines().filter { it.length > 10 && "-----" !in it }.forEach { failure.stackTraceToString() shouldNotContain it }
        }
    }

    test("no signer shows its key") {
        val keys = ec()
        JwtSigners.ofKeyPair(keys, keyId = "k").toString() shouldBe "JwtSigner(ES256, keyId=k)"
    }

    test("new keys differ, and are for the first algorithm that the JDK has") {
        val crypto = JvmCrypto()
        val signer = crypto.newSigner(listOf("Ed25519", "ES384", "ES256"))!!
        signer.algorithm shouldBe "ES384"
        (signer.publicJwk == crypto.newSigner(listOf("ES384"))!!.publicJwk) shouldBe false
        crypto.newSigner(listOf("PS256")) shouldBe null
        (ec().public is ECPublicKey) shouldBe true
    }
})
