package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.longOrNull
import java.math.BigInteger
import java.security.AlgorithmParameters
import java.security.GeneralSecurityException
import java.security.KeyFactory
import java.security.MessageDigest
import java.security.PublicKey
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import java.security.spec.ECParameterSpec
import java.security.spec.ECPoint
import java.security.spec.ECPublicKeySpec
import java.security.spec.RSAPublicKeySpec
import java.util.Base64

/** A JWT as it came (RFC 7519), read and verified with the JDK alone. */
internal class JsonWebToken private constructor(
    val header: JsonObject,
    val claims: JsonObject,
    private val signed: String,
    private val signature: ByteArray,
) {
    fun string(name: String): String? = claims.string(name)

    fun number(name: String): Long? = (claims[name] as? JsonPrimitive)?.takeIf { !it.isString }?.longOrNull

    val audience: List<String>
        get() =
            when (val aud = claims["aud"]) {
                is JsonArray -> aud.mapNotNull { (it as? JsonPrimitive)?.contentOrNull }
                is JsonPrimitive -> listOfNotNull(aud.contentOrNull)
                else -> emptyList()
            }

    /** Whether [key] signed it, with an algorithm that goes with the key. */
    fun isSignedBy(key: PublicKey): Boolean {
        val (keyType, algorithm) = ALGORITHMS[header.string("alg")] ?: return false
        if (key.algorithm != keyType) return false
        return try {
            val verifier = Signature.getInstance(algorithm).apply { initVerify(key) }
            verifier.update(signed.toByteArray(Charsets.US_ASCII))
            verifier.verify(signature)
        } catch (_: GeneralSecurityException) {
            false
        }
    }

    companion object {
        private val ALGORITHMS =
            mapOf(
                "ES256" to ("EC" to "SHA256withECDSAinP1363Format"),
                "ES384" to ("EC" to "SHA384withECDSAinP1363Format"),
                "RS256" to ("RSA" to "SHA256withRSA"),
            )

        fun parseOrNull(text: String): JsonWebToken? {
            val parts = text.split('.')
            if (parts.size != 3) return null
            return try {
                val (header, claims) = parts.take(2).map { parseJsonOrNull(String(decodeBase64Url(it))) as? JsonObject ?: return null }
                JsonWebToken(header, claims, parts[0] + "." + parts[1], decodeBase64Url(parts[2]))
            } catch (_: IllegalArgumentException) {
                null
            }
        }
    }
}

/** A public key in JSON (RFC 7517). */
internal class JsonWebKey(private val json: JsonObject) {
    val hasPrivateHalf: Boolean get() = json.keys.any { it in setOf("d", "p", "q", "dp", "dq", "qi", "k") }

    /** Null if it is none that we know. */
    fun toPublicKeyOrNull(): PublicKey? =
        try {
            when (json.string("kty")) {
                "EC" -> KeyFactory.getInstance("EC").generatePublic(ECPublicKeySpec(ECPoint(number("x"), number("y")), curve()))
                "RSA" -> KeyFactory.getInstance("RSA").generatePublic(RSAPublicKeySpec(number("n"), number("e")))
                else -> null
            }
        } catch (_: GeneralSecurityException) {
            null
        } catch (_: IllegalArgumentException) {
            null
        }

    /** RFC 7638 §3. */
    fun thumbprint(): String {
        val names = if (json.string("kty") == "EC") listOf("crv", "kty", "x", "y") else listOf("e", "kty", "n")
        val text = names.joinToString(",", "{", "}") { "\"$it\":${json[it]}" }
        return sha256Base64Url(text)
    }

    private fun number(name: String) = BigInteger(1, decodeBase64Url(requireNotNull(json.string(name)) { "$name is missing" }))

    private fun curve(): ECParameterSpec {
        val name = mapOf("P-256" to "secp256r1", "P-384" to "secp384r1")[json.string("crv")]
        val parameters = AlgorithmParameters.getInstance("EC").apply { init(ECGenParameterSpec(requireNotNull(name) { "unknown curve" })) }
        return parameters.getParameterSpec(ECParameterSpec::class.java)
    }
}

internal fun sha256Base64Url(text: String): String =
    Base64.getUrlEncoder().withoutPadding().encodeToString(MessageDigest.getInstance("SHA-256").digest(text.toByteArray(Charsets.US_ASCII)))

private fun decodeBase64Url(text: String): ByteArray = Base64.getUrlDecoder().decode(text)
