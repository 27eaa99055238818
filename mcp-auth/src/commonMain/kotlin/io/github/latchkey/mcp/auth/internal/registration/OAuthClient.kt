package io.github.latchkey.mcp.auth.internal.registration

import io.github.latchkey.mcp.auth.ClientRegistration
import io.github.latchkey.mcp.auth.ClientSecret
import io.github.latchkey.mcp.auth.IdentityProvider
import io.github.latchkey.mcp.auth.JwtSigner
import io.github.latchkey.mcp.auth.OAuthOptions

/**
 * The client in whose name a sign-in runs.
 *
 * @property clientId empty for a workload that is known by its assertion alone
 * @property clientSecret null for a public client
 * @property tokenEndpointAuthMethod what the registration or the application says, null if they are silent
 * @property signer what signs its assertions, null if it has no key
 * @property registration where a dynamic registration made it; what to forget when the server does not know it any more
 */
internal class OAuthClient(
    val clientId: String,
    val clientSecret: ClientSecret?,
    val tokenEndpointAuthMethod: String?,
    val registration: ClientRegistration? = null,
    val signer: JwtSigner? = null,
) {
    override fun toString(): String = "OAuthClient($clientId)"

    companion object {
        /** The client that the application brought along, or null. */
        fun given(options: OAuthOptions): OAuthClient? =
            options.clientId?.let {
                OAuthClient(it, options.clientSecret, options.tokenEndpointAuthMethod, signer = options.privateKeyJwt)
            }

        /** The client that the document at [url] describes; it has no secret (draft-ietf-oauth-client-id-metadata-document §4.1), but may have a key. */
        fun described(url: String, signer: JwtSigner?): OAuthClient =
            OAuthClient(url, clientSecret = null, if (signer == null) "none" else "private_key_jwt", signer = signer)

        /** The application's client at its identity provider. */
        fun of(provider: IdentityProvider): OAuthClient =
            OAuthClient(provider.clientId, provider.clientSecret, provider.tokenEndpointAuthMethod, signer = provider.privateKeyJwt)

        /** Nobody in particular: the assertion says it all (RFC 7523 §3.1). */
        fun unnamed(): OAuthClient = OAuthClient("", clientSecret = null, tokenEndpointAuthMethod = "none")

        fun registered(registration: ClientRegistration): OAuthClient =
            OAuthClient(registration.clientId, registration.clientSecret, registration.tokenEndpointAuthMethod, registration)
    }
}
