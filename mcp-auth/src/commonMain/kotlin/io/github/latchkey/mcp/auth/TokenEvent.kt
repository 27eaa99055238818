package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.McpEvent
import kotlin.time.Instant

/**
 * There is a token for the MCP server from now on. Says all about it but its value.
 *
 * @property source where it comes from
 * @property issuer the authorization server
 * @property clientId the client that it was given to
 * @property resource what it was asked for (RFC 8707)
 * @property tokenType `Bearer` or `DPoP`
 * @property scopes those that were granted
 * @property expiresInSeconds how long it is good from now, negative if it has ended; null if the authorization server did not say
 * @property isRefreshable whether there is a refresh token
 * @property claims what it says of itself if it is a JWT, unverified; null if it cannot be read
 */
public class TokenEvent internal constructor(
    public val source: Source,
    public val issuer: String,
    public val clientId: String,
    public val resource: String,
    public val tokenType: String,
    public val scopes: List<String>,
    public val expiresInSeconds: Long?,
    public val isRefreshable: Boolean,
    public val claims: TokenClaims?,
) : McpEvent() {
    /** @property id the name in JSON */
    public enum class Source(public val id: String) {
        /** From the store. */
        STORED("stored"),

        /** From the authorization server, for a grant that somebody or something has just given. */
        OBTAINED("obtained"),

        /** From the authorization server, for a refresh token. */
        REFRESHED("refreshed"),
        ;

        override fun toString(): String = id
    }

    override val name: String get() = "authorization.token"
    override val fields: Map<String, Any?>
        get() =
            mapOf(
                "source" to source.id,
                "issuer" to issuer,
                "clientId" to clientId,
                "resource" to resource,
                "tokenType" to tokenType,
                "scopes" to scopes,
                "expiresInSeconds" to expiresInSeconds,
                "isRefreshable" to isRefreshable,
                "audience" to claims?.audience,
            )

    internal companion object {
        fun of(source: Source, key: GrantKey, grant: Grant, now: Instant): TokenEvent =
            TokenEvent(
                source,
                key.issuer,
                key.clientId,
                key.resource,
                if (grant.keyThumbprint == null) "Bearer" else "DPoP",
                grant.grantedScopes,
                grant.accessToken.expiresAt?.let { (it - now).inWholeSeconds },
                grant.refreshToken != null,
                TokenClaims.parseOrNull(grant.accessToken.value),
            )
    }
}
