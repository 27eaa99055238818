package io.github.latchkey.mcp.test

import java.security.PublicKey

/**
 * A client that an [AuthorizationServer] knows: registered beforehand, dynamically (RFC 7591), or by its metadata document.
 *
 * @property clientId its identifier, for a metadata document the URL of that.
 * @property clientSecret its secret; null for a public client.
 * @property tokenEndpointAuthMethod `none`, `client_secret_basic`, `client_secret_post` or `private_key_jwt`.
 * @property publicKey what its assertions are verified with; null for other methods than `private_key_jwt`.
 */
public class RegisteredClient
@JvmOverloads
constructor(
    public val clientId: String,
    redirectUris: Collection<String> = emptyList(),
    public val clientSecret: String? = null,
    public val tokenEndpointAuthMethod: String = if (clientSecret == null) "none" else "client_secret_basic",
    grantTypes: Collection<String> = listOf("authorization_code", "refresh_token"),
    public val publicKey: PublicKey? = null,
) {
    /** Where it may be sent back to. */
    public val redirectUris: List<String> = redirectUris.toList()

    /** The grants it may use. */
    public val grantTypes: Set<String> = grantTypes.toSet()

    init {
        require((clientSecret == null) == (tokenEndpointAuthMethod in setOf("none", "private_key_jwt"))) {
            "tokenEndpointAuthMethod $tokenEndpointAuthMethod does not go with ${if (clientSecret == null) "no secret" else "a secret"}"
        }
        require((publicKey != null) == (tokenEndpointAuthMethod == "private_key_jwt")) {
            "publicKey goes with private_key_jwt, and only with it"
        }
    }

    override fun toString(): String = "RegisteredClient(clientId=$clientId, tokenEndpointAuthMethod=$tokenEndpointAuthMethod)"
}
