package io.github.latchkey.mcp.auth.internal

import io.github.latchkey.mcp.auth.AccessToken
import io.github.latchkey.mcp.auth.Grant
import io.github.latchkey.mcp.auth.GrantKey
import io.github.latchkey.mcp.auth.TokenStore
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.dpop.DpopProver
import io.github.latchkey.mcp.auth.internal.dpop.DpopServer
import io.github.latchkey.mcp.auth.internal.registration.OAuthClient
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.github.latchkey.mcp.transport.Credentials
import io.github.latchkey.mcp.transport.ProtectedRequest
import kotlin.time.Duration.Companion.seconds
import kotlin.time.Instant

/**
 * A grant in use, and what it takes to renew it.
 *
 * @property server null if it is not known in this process yet
 * @property store where the grant is kept
 * @property prover what holds the key that the tokens are bound to; null for bearer tokens
 * @property isFresh whether it has just been come by without a refresh: a server that refuses it will refuse the next one, too
 * @property unsavedOver the token in the store that this grant has replaced and could not be stored over; null if it is stored
 */
internal class SignedIn(
    val key: GrantKey,
    val client: OAuthClient,
    val server: AuthorizationServer?,
    val grant: Grant,
    val store: TokenStore,
    val prover: DpopProver?,
    val isFresh: Boolean,
    private val unsavedOver: AccessToken? = null,
) {
    init {
        check(grant.keyThumbprint == prover?.thumbprint) { "a bound token without its key" }
    }

    val token: AccessToken get() = grant.accessToken

    /** Whether [stored] is what this grant should have replaced in the store. */
    fun isUnsavedOver(stored: Grant?): Boolean = unsavedOver != null && unsavedOver.isSameAs(stored?.accessToken)

    fun with(grant: Grant, server: AuthorizationServer?, unsavedOver: AccessToken? = null): SignedIn =
        SignedIn(key, client, server, grant, store, prover, isFresh = false, unsavedOver)

    /** What goes on [request]: for a bound token with a proof of its own, so that none is sent twice (RFC 9449 §7.1). */
    suspend fun credentials(request: ProtectedRequest): TokenCredentials {
        val url = HttpUrl.parse(request.url)
        if (prover == null || url == null) return TokenCredentials(this, mapOf("Authorization" to "Bearer ${token.value}"))
        val peer = DpopServer.resourceServer(url)
        val nonce = prover.nonce(peer)
        val headers = mapOf("Authorization" to "DPoP ${token.value}", "DPoP" to prover.proof(request.httpMethod, url, nonce, token))
        return DpopCredentials(this, headers, prover, peer, nonce)
    }

    override fun toString(): String = "SignedIn($key, $grant)"
}

internal fun AccessToken.isSameAs(other: AccessToken?): Boolean = value == other?.value

internal fun AccessToken.isExpired(now: Instant): Boolean = expiresAt != null && expiresAt <= now

/** Whether it is time to renew: [aheadSeconds] before the end, but for a token that lives a minute not all the time. */
internal fun Grant.isDue(now: Instant, aheadSeconds: Long): Boolean {
    val expiresAt = accessToken.expiresAt ?: return false
    val ahead = minOf(aheadSeconds.seconds, (expiresAt - obtainedAt) / 5)
    return now >= expiresAt - ahead
}

/** A token on a request (RFC 6750 §2.1), and where it came from. */
internal open class TokenCredentials(
    val signedIn: SignedIn,
    headers: Map<String, String>,
) : Credentials(headers)

/** A bound token on a request with its proof (RFC 9449 §7.1). */
internal class DpopCredentials(
    signedIn: SignedIn,
    headers: Map<String, String>,
    private val prover: DpopProver,
    private val peer: DpopServer,
    private val nonce: String?,
) : TokenCredentials(signedIn, headers) {
    /** Whether the server has given another nonce than the proof had: it may take another proof. */
    val isNonceOutdated: Boolean get() = prover.nonce(peer) != nonce

    fun remember(nonce: String?) = prover.remember(peer, nonce)

    // With any answer there may be a nonce for the next request (RFC 9449 §8.2).
    override fun onResponse(status: Int, header: (name: String) -> String?) = remember(header("DPoP-Nonce"))
}
