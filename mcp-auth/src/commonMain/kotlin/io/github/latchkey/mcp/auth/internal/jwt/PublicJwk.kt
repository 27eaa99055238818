package io.github.latchkey.mcp.auth.internal.jwt

import io.github.latchkey.mcp.auth.OAuthCrypto
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlin.io.encoding.Base64

/**
 * A public key with nothing but the members that make it up, in the order of RFC 7638 §3.2: what else stood in [text], a private half for
 * example, stays out.
 */
internal class PublicJwk(text: String) {
    val json: JsonObject

    init {
        val members = Json.parseToJsonElement(text) as? JsonObject
        val names = REQUIRED[(members?.get("kty") as? JsonPrimitive)?.content]
        require(members != null && names != null && members.keys.containsAll(names)) { "not a public key in JSON (RFC 7517)" }
        json = JsonObject(names.associateWith(members::getValue))
    }

    /** RFC 7638 §3. */
    fun thumbprint(crypto: OAuthCrypto): String = base64Url.encode(crypto.sha256(json.toString().encodeToByteArray()))

    private companion object {
        val REQUIRED =
            mapOf(
                "EC" to listOf("crv", "kty", "x", "y"),
                "RSA" to listOf("e", "kty", "n"),
                "OKP" to listOf("crv", "kty", "x"),
            )
    }
}

internal val base64Url = Base64.UrlSafe.withPadding(Base64.PaddingOption.ABSENT)
