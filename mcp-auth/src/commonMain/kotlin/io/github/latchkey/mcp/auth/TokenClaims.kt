package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.auth.internal.JsonDocument
import io.github.latchkey.mcp.auth.internal.MalformedDocumentException
import io.github.latchkey.mcp.auth.internal.discovery.scopesOf
import io.github.latchkey.mcp.auth.internal.jwt.unverifiedClaims
import kotlin.jvm.JvmStatic

/**
 * What an access token that is a JWT says of itself (RFC 9068 §2.2), as far as a person needs it who looks for a fault. Nobody has verified it: it is for
 * showing, and nothing may be decided by it. Times are seconds since 1970-01-01 UTC; what the token does not say is null, or empty.
 *
 * @property issuer `iss`
 * @property audience `aud`
 * @property scopes `scope`, or `scp` as some servers call it
 * @property issuedAt `iat`
 * @property notBefore `nbf`
 * @property expiresAt `exp`
 */
public class TokenClaims private constructor(
    public val issuer: String?,
    public val audience: List<String>,
    public val scopes: List<String>,
    public val issuedAt: Long?,
    public val notBefore: Long?,
    public val expiresAt: Long?,
) {
    override fun toString(): String = "TokenClaims(issuer=$issuer, audience=$audience, scopes=$scopes)"

    public companion object {
        /** The claims of [accessToken]; null if it is no JWT that could be read. */
        @JvmStatic
        public fun parseOrNull(accessToken: String): TokenClaims? {
            val claims = lenient { unverifiedClaims(accessToken) } ?: return null
            return TokenClaims(
                issuer = lenient { claims.string("iss") },
                audience = lenient { claims.stringOrStrings("aud") }.orEmpty(),
                scopes = (lenient { claims.string("scope")?.let(::scopesOf) } ?: lenient { claims.stringOrStrings("scp") }).orEmpty(),
                issuedAt = lenient { claims.seconds("iat") },
                notBefore = lenient { claims.seconds("nbf") },
                expiresAt = lenient { claims.seconds("exp") },
            )
        }

        private fun <T> lenient(read: () -> T?): T? =
            try {
                read()
            } catch (expected: MalformedDocumentException) {
                null
            }
    }
}
