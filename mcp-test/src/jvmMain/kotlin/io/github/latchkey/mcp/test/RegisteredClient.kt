package io.github.latchkey.mcp.test

/**
 * A client that an [AuthorizationServer] knows: registered beforehand, dynamically (RFC 7591), or by its metadata document.
 *
 * @property clientId its identifier, for a metadata document the URL of that.
 * @property clientSecret its secret; null for a public client.
 * @property tokenEndpointAuthMethod `none`, `client_secret_basic` or `client_secret_post`.
 */
public class RegisteredClient
@JvmOverloads
constructor(
    public val clientId: String,
    redirectUris: Collection<String> = emptyList(),
    public val clientSecret: String? = null,
    public val tokenEndpointAuthMethod: String = if (clientSecret == null) "none" else "client_secret_basic",
    grantTypes: Collection<String> = listOf("authorization_code", "refresh_token"),
) {
    /** Where it may be sent back to. */
    public val redirectUris: List<String> = redirectUris.toList()

    /** The grants it may use. */
    public val grantTypes: Set<String> = grantTypes.toSet()

    init {
        require((clientSecret == null) == (tokenEndpointAuthMethod == "none")) {
            "tokenEndpointAuthMethod $tokenEndpointAuthMethod does not go with ${if (clientSecret == null) "no secret" else "a secret"}"
        }
    }

    override fun toString(): String = "RegisteredClient(clientId=$clientId, tokenEndpointAuthMethod=$tokenEndpointAuthMethod)"
}
