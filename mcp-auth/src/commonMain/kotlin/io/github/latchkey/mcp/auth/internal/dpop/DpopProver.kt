package io.github.latchkey.mcp.auth.internal.dpop

import io.github.latchkey.mcp.auth.AccessToken
import io.github.latchkey.mcp.auth.JwtSigner
import io.github.latchkey.mcp.auth.OAuthCrypto
import io.github.latchkey.mcp.auth.internal.authorization.randomToken
import io.github.latchkey.mcp.auth.internal.jwt.PublicJwk
import io.github.latchkey.mcp.auth.internal.jwt.base64Url
import io.github.latchkey.mcp.auth.internal.jwt.joseHeader
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlin.time.Clock

/** Proves possession of one key (RFC 9449 §4), and remembers the nonces that servers want to see in the proofs. */
internal class DpopProver(
    private val signer: JwtSigner,
    private val crypto: OAuthCrypto,
    private val clock: Clock,
) {
    private val jwk = PublicJwk(requireNotNull(signer.publicJwk) { "the key does not tell its public half" })

    /** The `jkt` of tokens that are bound to this key (RFC 9449 §6). */
    val thumbprint: String = jwk.thumbprint(crypto)

    val algorithm: String get() = signer.algorithm

    private val nonces = MutableStateFlow(emptyMap<DpopServer, String>())

    fun nonce(server: DpopServer): String? = nonces.value[server]

    /** The newest nonce counts (RFC 9449 §8.2). One that a header should not hold is none. */
    fun remember(server: DpopServer, nonce: String?) {
        if (nonce == null || nonce.length > MAX_NONCE_CHARS || nonce.any { it !in NONCE_CHARS } || nonce.isEmpty()) return
        if (nonces.value[server] != nonce) nonces.update { it + (server to nonce) }
    }

    /** A new proof for one request: [method] to [url], with [nonce] if the server has given one, and bound to [token] if it carries one. */
    suspend fun proof(method: String, url: HttpUrl, nonce: String?, token: AccessToken? = null): String {
        val claims =
            buildJsonObject {
                put("jti", randomToken(crypto))
                put("htm", method)
                put("htu", targetUri(url))
                put("iat", clock.now().epochSeconds)
                token?.let { put("ath", base64Url.encode(crypto.sha256(it.value.encodeToByteArray()))) }
                nonce?.let { put("nonce", it) }
            }
        return signer.sign(joseHeader(signer, "dpop+jwt") { put("jwk", jwk.json) }, claims.toString())
    }

    override fun toString(): String = "DpopProver($algorithm)"

    private companion object {
        const val MAX_NONCE_CHARS = 4_096
        val NONCE_CHARS = '!'..'~'
    }
}

/** Who gives nonces: authorization servers and resource servers have their own, even at one origin (RFC 9449 §9). */
internal class DpopServer private constructor(
    private val role: String,
    private val origin: String,
) {
    override fun equals(other: Any?): Boolean = other is DpopServer && other.role == role && other.origin == origin

    override fun hashCode(): Int = role.hashCode() * 31 + origin.hashCode()

    override fun toString(): String = "$role at $origin"

    companion object {
        fun authorizationServer(url: HttpUrl): DpopServer = DpopServer("authorization server", url.canonicalOrigin)

        fun resourceServer(url: HttpUrl): DpopServer = DpopServer("resource server", url.canonicalOrigin)
    }
}

/** The `htu`: without query and fragment (RFC 9449 §4.2), and with the slash that HTTP adds to an empty path. */
private fun targetUri(url: HttpUrl): String = url.withoutQuery + if (url.path.isEmpty()) "/" else ""
