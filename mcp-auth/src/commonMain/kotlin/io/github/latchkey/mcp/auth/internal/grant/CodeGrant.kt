package io.github.latchkey.mcp.auth.internal.grant

import io.github.latchkey.mcp.auth.AuthorizationStep.AUTHORIZATION
import io.github.latchkey.mcp.auth.AuthorizationStep.TOKEN
import io.github.latchkey.mcp.auth.ClientRegistration
import io.github.latchkey.mcp.auth.CodeVerifier
import io.github.latchkey.mcp.auth.internal.SignedIn
import io.github.latchkey.mcp.auth.internal.authorization.AuthorizationRequest
import io.github.latchkey.mcp.auth.internal.authorization.PersonConsent
import io.github.latchkey.mcp.auth.internal.authorization.randomToken
import io.github.latchkey.mcp.auth.internal.authorization.requirePkce
import io.github.latchkey.mcp.auth.internal.authorization.withOfflineAccess
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.discovery.Protection
import io.github.latchkey.mcp.auth.internal.registration.ClientChoice
import io.github.latchkey.mcp.auth.internal.registration.OAuthClient
import io.github.latchkey.mcp.auth.internal.registration.Registration
import io.github.latchkey.mcp.auth.internal.registration.chooseClient
import io.github.latchkey.mcp.auth.internal.registration.noRegistration
import io.github.latchkey.mcp.auth.internal.token.TokenRequest
import io.github.latchkey.mcp.auth.internal.token.missingEndpoint
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext

/** The authorization code grant with PKCE: choose a client, ask the person for a code, redeem it (MCP, Authorization Flow Steps). */
internal class CodeGrant(
    private val tokens: TokenIssue,
) : GrantFlow {
    private val context = tokens.context
    private val options = context.options
    private val store = options.tokenStore
    private val http = tokens.http
    private val consent = PersonConsent(options.prompt, options.promptTimeoutMillis, context.crypto, http)

    override suspend fun obtain(protection: Protection, scopes: List<String>, mayAsk: Boolean): SignedIn? {
        if (!mayAsk) return null
        val server = protection.server
        requirePkce(server)
        val authorizationEndpoint = server.authorizationEndpoint ?: throw missingEndpoint(server, "authorization_endpoint")
        http.requireSafe(AUTHORIZATION, authorizationEndpoint)
        http.requireSafe(TOKEN, server.tokenEndpoint ?: throw missingEndpoint(server, "token_endpoint"))
        val wanted = if (options.scopes.isEmpty()) withOfflineAccess(scopes, server.scopesSupported) else scopes
        val stored = store.findRegistration(server.issuer)
        return consent.receiving(stored?.redirectUris.orEmpty()) { receiver ->
            val client = client(server, stored, receiver.redirectUri)
            if (client == null && options.prompt.isInteractive) return@receiving null
            val request = request(protection, authorizationEndpoint, client, receiver.redirectUri, wanted)
            val code = consent.findCode(request, receiver) ?: throw nobodyAnswered(request, stored)
            // Runs to its end even if the caller is cancelled: the person has consented, and whoever waits next finds the token.
            withContext(NonCancellable) {
                tokens.obtain(protection, client ?: throw noRegistration(server), TokenRequest.code(code, request), wanted)
            }
        }
    }

    /** Null if there is none and none can be registered: a guessed server that is not there, or nobody to sign in with it. */
    private suspend fun client(server: AuthorizationServer, stored: ClientRegistration?, redirectUri: String): OAuthClient? {
        if (options.clientId != null) context.givenClient.require(server.issuer)
        return when (val choice = choose(server, stored, redirectUri)) {
            is ClientChoice.Known -> choice.client
            ClientChoice.Register -> if (options.prompt.isInteractive) register(server, redirectUri) else null
            ClientChoice.Impossible -> throw noRegistration(server)
        }
    }

    private fun choose(server: AuthorizationServer, stored: ClientRegistration?, redirectUri: String): ClientChoice =
        chooseClient(options, server, stored?.takeIf { redirectUri in it.redirectUris }, options.clock.now())

    // The store remembers one client for each issuer: two users who sign in at the same time are the same client.
    private suspend fun register(server: AuthorizationServer, redirectUri: String): OAuthClient? =
        context.registering.withLock {
            val registered = choose(server, store.findRegistration(server.issuer), redirectUri)
            (registered as? ClientChoice.Known)?.client
                ?: Registration(http, options).register(server, redirectUri)?.let(OAuthClient::registered)
        }

    private fun request(protection: Protection, url: HttpUrl, client: OAuthClient?, redirectUri: String, scopes: List<String>) =
        AuthorizationRequest(
            server = protection.server,
            endpoint = url,
            clientId = client?.clientId,
            redirectUri = redirectUri,
            resource = protection.resource,
            scopes = scopes,
            state = randomToken(context.crypto),
            verifier = CodeVerifier(randomToken(context.crypto)),
            dpopKeyThumbprint = protection.prover?.thumbprint,
        )

    // A server that has forgotten the client says so on a page of its own and redirects to nobody: register anew next time.
    private suspend fun nobodyAnswered(request: AuthorizationRequest, stored: ClientRegistration?): Exception {
        stored?.takeIf { it.clientId == request.clientId }?.let { store.removeRegistration(it) }
        return consent.timedOut(request)
    }
}
