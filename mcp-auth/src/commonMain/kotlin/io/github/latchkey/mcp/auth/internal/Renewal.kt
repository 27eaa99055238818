package io.github.latchkey.mcp.auth.internal

import io.github.latchkey.mcp.auth.AccessToken
import io.github.latchkey.mcp.auth.AuthorizationFailedException
import io.github.latchkey.mcp.auth.AuthorizationStep.REFRESH
import io.github.latchkey.mcp.auth.Grant
import io.github.latchkey.mcp.auth.TokenEvent
import io.github.latchkey.mcp.auth.TokenStoreException
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.discovery.Discovery
import io.github.latchkey.mcp.auth.internal.token.TokenEndpoint
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext

/** Gets a new token with the refresh token (RFC 6749 §6), as one transaction of the store: a rotated refresh token that is used twice looks stolen. */
internal class Renewal(
    private val endpoint: HttpUrl,
    private val context: OAuthContext,
    private val http: SignInHttp,
) {
    private val options = context.options

    /**
     * [held] with the token that is current afterwards: a new one, one that somebody else has obtained, or the same if the server refused for good.
     * Throws if it could not be asked; nothing is lost then. Once the server is asked it runs to its end even if the caller is cancelled.
     */
    suspend fun renew(held: SignedIn): SignedIn {
        var server = held.server
        var replaced: AccessToken? = null
        var refreshed: Grant? = null
        val grant =
            try {
                held.store.updateGrant(held.key) { stored ->
                    val present = if (held.isUnsavedOver(stored)) held.grant else stored
                    if (present?.refreshToken == null || !present.accessToken.isSameAs(held.token)) return@updateGrant present
                    replaced = stored?.accessToken
                    withContext(NonCancellable) {
                        val current = server ?: Discovery(http, endpoint, options).serverOfGrant(held.key.issuer)
                        server = current
                        refresh(present, held, current).also { refreshed = it }
                    }
                }
            } catch (e: TokenStoreException) {
                // The refresh token in the store is spent by now: what came for it must not be lost with the disk.
                val unsaved = refreshed ?: throw e
                http.warn("a refreshed token is kept in memory alone: ${e.message}")
                return held.with(unsaved, server, unsavedOver = replaced)
            }
        // What somebody else has bound to another key, or to none, is not ours.
        return held.with(grant?.takeIf { it.keyThumbprint == held.grant.keyThumbprint } ?: held.grant.withoutRefreshToken(), server)
    }

    private suspend fun refresh(stored: Grant, held: SignedIn, server: AuthorizationServer): Grant {
        val refreshToken = stored.refreshToken ?: return stored
        val url = server.tokenEndpoint?.withoutQuery
        return try {
            TokenEndpoint(http, context, server, held.client, held.prover)
                .refresh(refreshToken, held.key.resource, stored.requestedScopes, stored.grantedScopes)
                .also {
                    http.emit(REFRESH, url, "token refreshed")
                    http.emit(TokenEvent.of(TokenEvent.Source.REFRESHED, held.key, it, options.clock.now()))
                }
        } catch (e: AuthorizationFailedException) {
            if (e.isRetryable || e.error == null) throw e
            http.emit(REFRESH, url, "refused: ${e.error}")
            if (e.error == "invalid_client") held.client.registration?.let { options.tokenStore.removeRegistration(it) }
            // Only invalid_grant says that the refresh token is worth nothing (RFC 6749 §5.2).
            if (e.error == "invalid_grant") stored.withoutRefreshToken() else stored
        }
    }
}
