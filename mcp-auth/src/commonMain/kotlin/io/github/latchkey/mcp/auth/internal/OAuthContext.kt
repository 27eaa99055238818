package io.github.latchkey.mcp.auth.internal

import io.github.latchkey.mcp.auth.AuthorizationGrant
import io.github.latchkey.mcp.auth.Dpop
import io.github.latchkey.mcp.auth.Grant
import io.github.latchkey.mcp.auth.GrantKey
import io.github.latchkey.mcp.auth.HostResolver
import io.github.latchkey.mcp.auth.OAuthCrypto
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.auth.TokenStore
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.dpop.DpopKeys
import io.github.latchkey.mcp.auth.internal.grant.IdentityProviderSession
import io.github.latchkey.mcp.auth.internal.registration.GivenClientBinding
import io.github.latchkey.mcp.auth.internal.registration.OAuthClient
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.github.latchkey.mcp.auth.internal.url.UrlSafety
import io.github.latchkey.mcp.transport.ProtectedRequest
import kotlinx.coroutines.sync.Mutex

/**
 * What the endpoints of one authorizer have in common for [user], who is null if there is only one. All users have [givenClient] in common, and
 * [registering], which whoever registers a client holds.
 */
internal class OAuthContext(
    val user: String?,
    val options: OAuthOptions,
    val crypto: OAuthCrypto,
    private val resolver: HostResolver,
    val givenClient: GivenClientBinding,
    val registering: Mutex,
) {
    val dpopKeys = DpopKeys(options, crypto)
    val grants = GrantStores(options)

    /** Where the person is signed in, for the grant that needs it; else null. */
    val identityProvider: IdentityProviderSession? =
        (options.grant as? AuthorizationGrant.EnterpriseManaged)?.let { IdentityProviderSession(it.identityProvider, this) }

    /** The network of a sign-in for [endpoint], by way of [request]. */
    fun http(request: ProtectedRequest, endpoint: HttpUrl): SignInHttp =
        SignInHttp(request.http, request.events, UrlSafety(endpoint, resolver, options.urlPolicy, trusted(endpoint)))

    /** What the application names itself may be inside. */
    private fun trusted(endpoint: HttpUrl): List<HttpUrl> =
        listOf(endpoint) + listOfNotNull(options.issuer, identityProvider?.issuer).mapNotNull(HttpUrl::parse)

    /**
     * [grant] from [source] as something to use; null if its key is gone, or it has none and must have one. A token that is bound to a key is
     * never sent without.
     */
    suspend fun restored(key: GrantKey, client: OAuthClient, server: AuthorizationServer?, grant: Grant, source: TokenStore): SignedIn? {
        val prover = grant.keyThumbprint?.let { dpopKeys.proverOf(it) ?: return null }
        if (prover == null && options.dpop == Dpop.REQUIRED) return null
        return SignedIn(key, client, server, grant, source, prover, isFresh = false)
    }
}
