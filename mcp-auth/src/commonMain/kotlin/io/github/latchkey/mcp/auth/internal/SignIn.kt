package io.github.latchkey.mcp.auth.internal

import io.github.latchkey.mcp.auth.AccessToken
import io.github.latchkey.mcp.auth.GrantKey
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.discovery.Discovery
import io.github.latchkey.mcp.auth.internal.discovery.OAuthChallenge
import io.github.latchkey.mcp.auth.internal.discovery.Protection
import io.github.latchkey.mcp.auth.internal.grant.TokenIssue
import io.github.latchkey.mcp.auth.internal.grant.grantFlow
import io.github.latchkey.mcp.auth.internal.grant.unattendedClient
import io.github.latchkey.mcp.auth.internal.registration.ClientChoice
import io.github.latchkey.mcp.auth.internal.registration.OAuthClient
import io.github.latchkey.mcp.auth.internal.registration.chooseClient
import io.github.latchkey.mcp.auth.internal.url.HttpUrl

/** One sign-in: discover who protects the server, see whether somebody has signed in there, else obtain a token (MCP, Authorization Flow Steps). */
internal class SignIn(
    private val endpoint: HttpUrl,
    private val context: OAuthContext,
    private val http: SignInHttp,
) {
    private val options = context.options
    private val store = options.tokenStore
    private val flow = grantFlow(options.grant, TokenIssue(endpoint, context, http))

    /** Finds out who protects the server; null if nothing says that anybody does. */
    suspend fun discover(challenge: OAuthChallenge): Protection? {
        val protection = Discovery(http, endpoint, options).discover(challenge, canGuess = options.prompt.isInteractive) ?: return null
        return protection.provedBy(context.dpopKeys.proverFor(protection.server, challenge))
    }

    /** A grant that another endpoint or another process has obtained in the meantime, or null. It may have to be refreshed before it is used. */
    suspend fun adopt(protection: Protection, scopes: List<String>, refused: AccessToken?): SignedIn? {
        val server = protection.server
        val client = knownClient(server) ?: return null
        val key = GrantKey(server.issuer, client.clientId, protection.resource, context.user)
        val (grant, source) = context.grants.find(key) ?: return null
        val isOfUse =
            !grant.accessToken.isSameAs(refused) && (grant.refreshToken != null || !grant.accessToken.isExpired(options.clock.now()))
        if (!isOfUse || !(grant.requestedScopes + grant.grantedScopes).containsAll(scopes)) return null
        val signedIn = context.restored(key, client, server, grant, source) ?: return null
        source.saveGrantKey(endpoint.value, key)
        return signedIn
    }

    /** A token for [scopes]; null if the authorization server was only guessed, and there is none. May wait for a person. */
    suspend fun authorize(protection: Protection, scopes: List<String>): SignedIn? = flow.obtain(protection, scopes, mayAsk = true)

    /** The same as [held] was, anew and without a person; null if that cannot be. */
    suspend fun again(held: SignedIn): SignedIn? {
        val server = held.server ?: return null
        return flow.obtain(Protection(held.key.resource, null, server, held.prover), held.grant.requestedScopes, mayAsk = false)
    }

    private suspend fun knownClient(server: AuthorizationServer): OAuthClient? {
        if (options.grant.isUnattended) return context.unattendedClient(server)
        val choice = chooseClient(options, server, store.findRegistration(server.issuer), options.clock.now())
        return (choice as? ClientChoice.Known)?.client
    }
}
