package io.github.latchkey.mcp.auth.internal

import io.github.latchkey.mcp.auth.AccessToken
import io.github.latchkey.mcp.auth.Grant
import io.github.latchkey.mcp.auth.GrantKey
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.registration.OAuthClient
import io.github.latchkey.mcp.transport.Credentials
import kotlin.time.Duration.Companion.seconds
import kotlin.time.Instant

/**
 * A grant in use, and what it takes to renew it.
 *
 * @property server null if it is not known in this process yet
 * @property isFresh whether a person has just signed in for it: a server that refuses it will refuse the next one, too
 * @property unsavedOver the token in the store that this grant has replaced and could not be stored over; null if it is stored
 */
internal class SignedIn(
    val key: GrantKey,
    val client: OAuthClient,
    val server: AuthorizationServer?,
    val grant: Grant,
    val isFresh: Boolean,
    private val unsavedOver: AccessToken? = null,
) {
    val token: AccessToken get() = grant.accessToken

    /** Whether [stored] is what this grant should have replaced in the store. */
    fun isUnsavedOver(stored: Grant?): Boolean = unsavedOver != null && unsavedOver.isSameAs(stored?.accessToken)

    fun with(grant: Grant, server: AuthorizationServer?, unsavedOver: AccessToken? = null): SignedIn =
        SignedIn(key, client, server, grant, isFresh = false, unsavedOver)

    override fun toString(): String = "SignedIn($key, $grant)"
}

internal fun AccessToken.isSameAs(other: AccessToken?): Boolean = value == other?.value

internal fun AccessToken.isExpired(now: Instant): Boolean = expiresAt != null && expiresAt <= now

/** Whether it is time to renew: [aheadSeconds] before the end, but for a token that lives a minute not all the time. */
internal fun Grant.isDue(now: Instant, aheadSeconds: Long): Boolean {
    val expiresAt = accessToken.expiresAt ?: return false
    val ahead = minOf(aheadSeconds.seconds, (expiresAt - obtainedAt) / 5)
    return refreshToken != null && now >= expiresAt - ahead
}

/** A bearer token on a request (RFC 6750 §2.1), and where it came from. */
internal class TokenCredentials(
    val signedIn: SignedIn,
) : Credentials(mapOf("Authorization" to "Bearer ${signedIn.token.value}"))
