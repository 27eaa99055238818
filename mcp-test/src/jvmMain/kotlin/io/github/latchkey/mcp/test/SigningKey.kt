package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.PublicKey
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import java.util.Base64

/** A key on the curve P-256 for tests: of a client, a workload's platform, or an identity provider. Signs with the JDK alone. */
public class SigningKey private constructor(
    /** Both halves. */
    public val keyPair: KeyPair,
) {
    public val publicKey: PublicKey get() = keyPair.public

    /** The private half in PKCS #8. */
    public fun toPem(): String =
        "-----BEGIN PRIVATE KEY-----\n${Base64.getMimeEncoder().encodeToString(keyPair.private.encoded)}\n-----END PRIVATE KEY-----\n"

    /** A JWT with [claims], signed with `ES256`. [type] is its `typ`. */
    @JvmOverloads
    public fun sign(claims: JsonObject, type: String = "JWT"): String {
        val header = JsonObject(mapOf("alg" to JsonPrimitive("ES256"), "typ" to JsonPrimitive(type)))
        val input = encoded(header) + "." + encoded(claims)
        val signature = Signature.getInstance("SHA256withECDSAinP1363Format").apply { initSign(keyPair.private) }
        signature.update(input.toByteArray(Charsets.US_ASCII))
        return "$input." + BASE64_URL.encodeToString(signature.sign())
    }

    /** The same for Java and for strings and numbers alone. */
    public fun sign(claims: Map<String, Any>): String =
        sign(JsonObject(claims.mapValues { (_, value) -> if (value is Number) JsonPrimitive(value) else JsonPrimitive("$value") }))

    override fun toString(): String = "SigningKey"

    private fun encoded(json: JsonElement) = BASE64_URL.encodeToString(json.toString().toByteArray())

    public companion object {
        /** A new key. */
        @JvmStatic
        public fun generate(): SigningKey =
            SigningKey(KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }.generateKeyPair())

        private val BASE64_URL = Base64.getUrlEncoder().withoutPadding()
    }
}
