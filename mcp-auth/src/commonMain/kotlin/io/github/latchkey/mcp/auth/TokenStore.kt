package io.github.latchkey.mcp.auth

import kotlin.jvm.JvmOverloads
import kotlin.time.Instant

/**
 * Keeps what sign-ins have brought: grants by [GrantKey], client registrations by issuer, and which grant a user last used for an MCP endpoint.
 * Called concurrently. Whoever can read it can act as the person: an implementation that writes to disk must keep it secret.
 * Ours are [MemoryTokenStore] and, on the JVM, `FileTokenStore`. What cannot be read or written is a [TokenStoreException].
 */
public interface TokenStore {
    /** The key of the grant that [user] last used for the MCP endpoint [endpoint], or null. A null [user] is the only one there is. */
    public suspend fun findGrantKey(endpoint: String, user: String?): GrantKey?

    /** Remembers [key] for its user and [endpoint]. */
    public suspend fun saveGrantKey(endpoint: String, key: GrantKey)

    public suspend fun removeGrantKey(endpoint: String, user: String?)

    public suspend fun findGrant(key: GrantKey): Grant?

    /**
     * Replaces the grant of [key] by what [change] makes of the present one, null meaning none, and returns the new one.
     * While [change] runs nobody else changes this grant, in this process or in another that shares the store; what [change] throws is
     * thrown on, and nothing is changed. That is how a refresh token is used once (OAuth 2.1 §4.3.1).
     *
     * Waiting for others can be cancelled. Once [change] has begun, it and the storing run to their end, whatever becomes of the caller; and what it
     * returned is stored for good before this function returns. Where room is short, that should show before [change] begins.
     */
    public suspend fun updateGrant(key: GrantKey, change: suspend (Grant?) -> Grant?): Grant?

    /** The client registered with [issuer], or null. */
    public suspend fun findRegistration(issuer: String): ClientRegistration?

    public suspend fun saveRegistration(registration: ClientRegistration)

    /** Forgets [registration], if it is still the one for its issuer. */
    public suspend fun removeRegistration(registration: ClientRegistration)
}

/**
 * Whose grant, to whom, for what: a token is good for nothing else (MCP, Token Handling).
 *
 * @property issuer the authorization server, as its metadata spell it
 * @property clientId the OAuth client
 * @property resource the value of the `resource` parameter (RFC 8707)
 * @property user for whom, as the application tells its users apart; null for the only one
 */
public class GrantKey @JvmOverloads constructor(
    public val issuer: String,
    public val clientId: String,
    public val resource: String,
    public val user: String? = null,
) {
    override fun equals(other: Any?): Boolean =
        other is GrantKey && other.issuer == issuer && other.clientId == clientId && other.resource == resource && other.user == user

    override fun hashCode(): Int = listOf(issuer, clientId, resource, user).hashCode()

    override fun toString(): String =
        "GrantKey(issuer=$issuer, clientId=$clientId, resource=$resource${if (user == null) "" else ", user=$user"})"
}

/**
 * What the authorization server granted. Its [toString] leaves the tokens out.
 *
 * @property refreshToken null if there is none, or it was refused
 * @property requestedScopes what was asked for; empty if nothing was
 * @property grantedScopes what was given: the `scope` of the token response, or what was asked for (RFC 6749 §5.1)
 * @property obtainedAt when [accessToken] was obtained
 * @property keyThumbprint the key that the tokens are bound to (RFC 9449 §6.1); null for bearer tokens. To be kept like the rest: without it a bound
 *   token would be sent as a bearer token
 */
public class Grant @JvmOverloads constructor(
    public val accessToken: AccessToken,
    public val refreshToken: RefreshToken?,
    public val requestedScopes: List<String>,
    public val grantedScopes: List<String>,
    public val obtainedAt: Instant,
    public val keyThumbprint: String? = null,
) {
    /** This grant, when its refresh token is of no use any more. */
    internal fun withoutRefreshToken(): Grant = Grant(accessToken, null, requestedScopes, grantedScopes, obtainedAt, keyThumbprint)

    override fun toString(): String = "Grant($accessToken, canRefresh=${refreshToken != null}, grantedScopes=$grantedScopes)"
}

/**
 * A client as an authorization server has registered it (RFC 7591 §3.2.1). Its [toString] leaves the secret out.
 *
 * @property clientSecret null for a public client
 * @property clientSecretExpiresAt null if it never does
 * @property tokenEndpointAuthMethod as the server answered, null if it did not say
 * @property redirectUris where it may be redirected to
 */
public class ClientRegistration(
    public val issuer: String,
    public val clientId: String,
    public val clientSecret: ClientSecret?,
    public val clientSecretExpiresAt: Instant?,
    public val tokenEndpointAuthMethod: String?,
    public val redirectUris: List<String>,
) {
    override fun toString(): String = "ClientRegistration(issuer=$issuer, clientId=$clientId)"
}
