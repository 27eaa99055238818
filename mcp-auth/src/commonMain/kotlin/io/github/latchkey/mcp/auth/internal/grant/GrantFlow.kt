package io.github.latchkey.mcp.auth.internal.grant

import io.github.latchkey.mcp.auth.AuthorizationFailedException
import io.github.latchkey.mcp.auth.AuthorizationGrant
import io.github.latchkey.mcp.auth.AuthorizationStep.TOKEN
import io.github.latchkey.mcp.auth.Grant
import io.github.latchkey.mcp.auth.GrantKey
import io.github.latchkey.mcp.auth.TokenEvent
import io.github.latchkey.mcp.auth.internal.OAuthContext
import io.github.latchkey.mcp.auth.internal.SignInHttp
import io.github.latchkey.mcp.auth.internal.SignedIn
import io.github.latchkey.mcp.auth.internal.discovery.Protection
import io.github.latchkey.mcp.auth.internal.registration.OAuthClient
import io.github.latchkey.mcp.auth.internal.token.TokenEndpoint
import io.github.latchkey.mcp.auth.internal.token.TokenRequest
import io.github.latchkey.mcp.auth.internal.url.HttpUrl

/** One way to come by a token when there is none that could be refreshed. */
internal interface GrantFlow {
    /**
     * A token for [scopes] at the server that [protection] names; null if that server was only guessed and is not there, or if a person would have to
     * be waited for and [mayAsk] forbids it.
     */
    suspend fun obtain(protection: Protection, scopes: List<String>, mayAsk: Boolean): SignedIn?
}

/** The flow of [grant]; one for each sign-in. */
internal fun grantFlow(grant: AuthorizationGrant, tokens: TokenIssue): GrantFlow =
    when (grant) {
        is AuthorizationGrant.Code -> CodeGrant(tokens)
        is AuthorizationGrant.Device -> DeviceGrant(tokens, grant.prompt)
        is AuthorizationGrant.ClientCredentials -> ClientCredentialsGrant(tokens)
        is AuthorizationGrant.WorkloadIdentity -> WorkloadIdentityGrant(tokens, grant.assertions)
        is AuthorizationGrant.EnterpriseManaged -> EnterpriseManagedGrant(tokens)
    }

/** Turns what a flow has to show into a token, and keeps it for [endpoint] and whoever else may use it. */
internal class TokenIssue(
    private val endpoint: HttpUrl,
    val context: OAuthContext,
    val http: SignInHttp,
) {
    suspend fun obtain(protection: Protection, client: OAuthClient, request: TokenRequest, scopes: List<String>): SignedIn {
        val grant = forgetting(client) { TokenEndpoint(http, context, protection.server, client, protection.prover).grant(request, scopes) }
        val signedIn = keep(protection, client, grant)
        http.emit(TOKEN, protection.server.tokenEndpoint?.withoutQuery, "token obtained")
        http.emit(TokenEvent.of(TokenEvent.Source.OBTAINED, signedIn.key, grant, context.options.clock.now()))
        return signedIn
    }

    private suspend fun keep(protection: Protection, client: OAuthClient, grant: Grant): SignedIn {
        val key = GrantKey(protection.server.issuer, client.clientId, protection.resource, context.user)
        val store = context.grants.storeOf(grant)
        store.updateGrant(key) { grant }
        store.saveGrantKey(endpoint.value, key)
        val prover = protection.prover.takeIf { grant.keyThumbprint != null }
        return SignedIn(key, client, protection.server, grant, store, prover, isFresh = true)
    }

    private suspend fun <T> forgetting(client: OAuthClient, block: suspend () -> T): T =
        try {
            block()
        } catch (e: AuthorizationFailedException) {
            if (e.error == "invalid_client") client.registration?.let { context.options.tokenStore.removeRegistration(it) }
            throw e
        }
}
