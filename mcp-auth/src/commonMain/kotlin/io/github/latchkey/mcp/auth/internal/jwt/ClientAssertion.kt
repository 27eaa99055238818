package io.github.latchkey.mcp.auth.internal.jwt

import io.github.latchkey.mcp.auth.JwtSigner
import io.github.latchkey.mcp.auth.OAuthCrypto
import io.github.latchkey.mcp.auth.internal.authorization.randomToken
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlin.time.Instant

/** The JWT by which a client authenticates (RFC 7523 §2.2, §3). Good once, and for a minute. */
internal suspend fun clientAssertion(signer: JwtSigner, clientId: String, audience: String, now: Instant, crypto: OAuthCrypto): String {
    val claims =
        buildJsonObject {
            put("iss", clientId)
            put("sub", clientId)
            put("aud", audience)
            put("jti", randomToken(crypto))
            put("iat", now.epochSeconds)
            put("exp", now.epochSeconds + LIFE_SECONDS)
        }
    return signer.sign(joseHeader(signer, "JWT") { signer.keyId?.let { put("kid", it) } }, claims.toString())
}

internal const val CLIENT_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/** The header of a JWS (RFC 7515 §4.1). */
internal fun joseHeader(signer: JwtSigner, type: String, more: JsonObjectBuilder.() -> Unit): String =
    buildJsonObject {
        put("typ", type)
        put("alg", signer.algorithm)
        more()
    }.toString()

private const val LIFE_SECONDS = 60
