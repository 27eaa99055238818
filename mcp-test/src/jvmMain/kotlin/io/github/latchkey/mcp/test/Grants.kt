package io.github.latchkey.mcp.test

import java.time.Clock
import java.time.Instant

/** What was granted to a client: the same for a code, its tokens and their successors. */
internal class Grant(
    val clientId: String,
    val scopes: Set<String>,
    val resource: String?,
    val nonce: String? = null,
    val keyThumbprint: String? = null,
) {
    fun boundTo(keyThumbprint: String?): Grant = Grant(clientId, scopes, resource, nonce, keyThumbprint)
}

internal class AuthorizationCode(val grant: Grant, val redirectUri: String, val codeChallenge: String, val expiresAt: Instant) {
    /** The tokens that came of this code, and of one another; revoked together. */
    val family = Any()
}

internal class IssuedTokens(val accessToken: String, val refreshToken: String?)

/** The codes and tokens of one authorization server. */
internal class Grants(private val clock: Clock) {
    private val lock = Any() // guards all below
    private val codes = HashMap<String, AuthorizationCode>()
    private val usedCodes = HashMap<String, AuthorizationCode>()
    private val accessTokens = HashMap<String, AccessToken>()
    private val refreshTokens = HashMap<String, RefreshToken>()

    fun addCode(grant: Grant, redirectUri: String, codeChallenge: String): String {
        val code = randomToken()
        val entry = AuthorizationCode(grant, redirectUri, codeChallenge, clock.instant().plusSeconds(CODE_SECONDS))
        synchronized(lock) { codes[code] = entry }
        return code
    }

    /** The code, which is used up with this; or what stands against it. */
    fun useCode(code: String): Used<AuthorizationCode> =
        synchronized(lock) {
            usedCodes[code]?.let {
                revokeFamily(it.family)
                return Used.Again
            }
            val entry = codes.remove(code) ?: return Used.Unknown
            usedCodes[code] = entry
            if (entry.expiresAt <= clock.instant()) Used.Unknown else Used.Valid(entry)
        }

    fun issue(grant: Grant, family: Any, lifetimeSeconds: Long, withRefreshToken: Boolean): IssuedTokens {
        val tokens = IssuedTokens(randomToken(), if (withRefreshToken) randomToken() else null)
        synchronized(lock) {
            accessTokens[tokens.accessToken] = AccessToken(grant, family, clock.instant().plusSeconds(lifetimeSeconds))
            tokens.refreshToken?.let { refreshTokens[it] = RefreshToken(grant, family) }
        }
        return tokens
    }

    /** The refresh token, used up if [rotates]; a second use of a rotated one revokes the family (OAuth 2.1 §4.3.1). */
    fun useRefreshToken(token: String, clientId: String, rotates: Boolean): Used<RefreshToken> =
        synchronized(lock) {
            val entry = refreshTokens[token]?.takeIf { it.grant.clientId == clientId } ?: return Used.Unknown
            if (entry.isUsed) {
                revokeFamily(entry.family)
                return Used.Again
            }
            entry.isUsed = rotates
            Used.Valid(entry)
        }

    fun introspect(token: String): TokenInfo? =
        synchronized(lock) { accessTokens[token]?.takeIf { it.expiresAt > clock.instant() } }
            ?.grant
            ?.let { TokenInfo(it.clientId, it.scopes, listOfNotNull(it.resource), it.keyThumbprint) }

    fun expireAccessTokens() = synchronized(lock) { accessTokens.clear() }

    fun revokeRefreshTokens() = synchronized(lock) { refreshTokens.clear() }

    private fun revokeFamily(family: Any) {
        accessTokens.values.removeIf { it.family === family }
        // Used ones stay known, so that another use is still told from a token that never was.
        refreshTokens.values.filter { it.family === family }.forEach { it.isUsed = true }
    }

    sealed interface Used<out T> {
        class Valid<T>(val value: T) : Used<T>

        object Again : Used<Nothing>

        object Unknown : Used<Nothing>
    }

    class RefreshToken(val grant: Grant, val family: Any, var isUsed: Boolean = false)

    private class AccessToken(val grant: Grant, val family: Any, val expiresAt: Instant)
}

private const val CODE_SECONDS = 60L
