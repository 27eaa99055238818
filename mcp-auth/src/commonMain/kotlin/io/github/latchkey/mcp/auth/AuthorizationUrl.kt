package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.auth.internal.url.HttpUrl

/**
 * The address where a person signs in and consents. It is `https`, or `http` on this machine, and so safe to hand to a browser:
 * anything else is an [IllegalArgumentException] (MCP Security Best Practices, OAuth Authorization URL Validation).
 *
 * @property value the whole URL, to be opened as it is. It holds the `state` of one attempt: do not log it
 * @property redirectUri where the authorization server sends the person afterwards
 */
public class AuthorizationUrl(
    public val value: String,
    public val redirectUri: String,
) {
    init {
        val url = HttpUrl.parse(value)
        require(url != null && (url.isHttps || url.isLoopback)) { "an authorization URL must be https, or http on this machine" }
    }

    /** The authorization endpoint, without the parameters. */
    public val endpoint: String get() = value.substringBefore('#').substringBefore('?')

    override fun toString(): String = endpoint
}
