package io.github.latchkey.mcp.auth

import kotlin.time.Instant

/**
 * An access token. Its [toString] leaves the token out.
 *
 * @property value the token, to be sent as it is
 * @property expiresAt when the authorization server said it ends, null if it did not say
 */
public class AccessToken(
    public val value: String,
    public val expiresAt: Instant?,
) {
    override fun toString(): String = "AccessToken(expiresAt=$expiresAt)"
}

/** A refresh token. Its [toString] leaves the token out. */
public class RefreshToken(
    public val value: String,
) {
    override fun toString(): String = "RefreshToken"
}

/** The secret of a confidential client. Its [toString] leaves the secret out. */
public class ClientSecret(
    public val value: String,
) {
    override fun toString(): String = "ClientSecret"
}

/** The secret half of PKCE (RFC 7636 §4.1). Its [toString] leaves it out. */
internal class CodeVerifier(
    val value: String,
) {
    override fun toString(): String = "CodeVerifier"
}

/** What the authorization server hands out for one token request (RFC 6749 §4.1.2). Its [toString] leaves it out. */
internal class AuthorizationCode(
    val value: String,
) {
    override fun toString(): String = "AuthorizationCode"
}
