package io.github.latchkey.mcp.auth.internal.registration

import io.github.latchkey.mcp.auth.ClientRegistration
import io.github.latchkey.mcp.auth.ClientSecret
import io.github.latchkey.mcp.auth.OAuthOptions

/**
 * The client in whose name a sign-in runs.
 *
 * @property clientSecret null for a public client
 * @property tokenEndpointAuthMethod what the registration or the application says, null if they are silent
 * @property registration where a dynamic registration made it; what to forget when the server does not know it any more
 */
internal class OAuthClient(
    val clientId: String,
    val clientSecret: ClientSecret?,
    val tokenEndpointAuthMethod: String?,
    val registration: ClientRegistration? = null,
) {
    override fun toString(): String = "OAuthClient($clientId)"

    companion object {
        /** The client that the application brought along, or null. */
        fun given(options: OAuthOptions): OAuthClient? =
            options.clientId?.let { OAuthClient(it, options.clientSecret, options.tokenEndpointAuthMethod) }

        /** The client that the document at [url] describes; it has no secret (draft-ietf-oauth-client-id-metadata-document §4.1). */
        fun described(url: String): OAuthClient = OAuthClient(url, clientSecret = null, tokenEndpointAuthMethod = "none")

        fun registered(registration: ClientRegistration): OAuthClient =
            OAuthClient(registration.clientId, registration.clientSecret, registration.tokenEndpointAuthMethod, registration)
    }
}
