package io.github.latchkey.mcp.auth.internal

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.auth.AccessToken
import io.github.latchkey.mcp.auth.AuthorizationCode
import io.github.latchkey.mcp.auth.AuthorizationFailedException
import io.github.latchkey.mcp.auth.AuthorizationStep.AUTHORIZATION
import io.github.latchkey.mcp.auth.AuthorizationStep.TOKEN
import io.github.latchkey.mcp.auth.AuthorizationUrl
import io.github.latchkey.mcp.auth.ClientRegistration
import io.github.latchkey.mcp.auth.CodeVerifier
import io.github.latchkey.mcp.auth.GrantKey
import io.github.latchkey.mcp.auth.OAuthCrypto
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.auth.RedirectReceiver
import io.github.latchkey.mcp.auth.authorizationFailed
import io.github.latchkey.mcp.auth.internal.authorization.AuthorizationRequest
import io.github.latchkey.mcp.auth.internal.authorization.authorizationCode
import io.github.latchkey.mcp.auth.internal.authorization.codeChallenge
import io.github.latchkey.mcp.auth.internal.authorization.randomToken
import io.github.latchkey.mcp.auth.internal.authorization.requirePkce
import io.github.latchkey.mcp.auth.internal.authorization.withOfflineAccess
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.discovery.Discovery
import io.github.latchkey.mcp.auth.internal.discovery.OAuthChallenge
import io.github.latchkey.mcp.auth.internal.discovery.Protection
import io.github.latchkey.mcp.auth.internal.registration.ClientChoice
import io.github.latchkey.mcp.auth.internal.registration.GivenClientBinding
import io.github.latchkey.mcp.auth.internal.registration.OAuthClient
import io.github.latchkey.mcp.auth.internal.registration.Registration
import io.github.latchkey.mcp.auth.internal.registration.chooseClient
import io.github.latchkey.mcp.auth.internal.registration.noRegistration
import io.github.latchkey.mcp.auth.internal.token.TokenEndpoint
import io.github.latchkey.mcp.auth.internal.token.missingEndpoint
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

/** One sign-in with a person: discover, choose a client, ask for a code, redeem it (MCP, Authorization Flow Steps). */
internal class SignIn(
    private val endpoint: HttpUrl,
    private val user: String?,
    private val options: OAuthOptions,
    private val crypto: OAuthCrypto,
    private val givenClient: GivenClientBinding,
    private val http: SignInHttp,
) {
    private val store = options.tokenStore

    /** Finds out who protects the server; null if nothing says that anybody does. */
    suspend fun discover(challenge: OAuthChallenge): Protection? =
        Discovery(http, endpoint, options.resourceMatch).discover(challenge, canGuess = options.prompt.isInteractive, ::chooseServer)

    /** A grant that another endpoint or another process has obtained in the meantime, or null. It may have to be refreshed before it is used. */
    suspend fun adopt(protection: Protection, scopes: List<String>, refused: AccessToken?): SignedIn? {
        val server = protection.server
        val choice = chooseClient(options, server, store.findRegistration(server.issuer), options.clock.now())
        val client = (choice as? ClientChoice.Known)?.client ?: return null
        val key = GrantKey(server.issuer, client.clientId, protection.resource, user)
        val grant = store.findGrant(key) ?: return null
        val isOfUse =
            !grant.accessToken.isSameAs(refused) && (grant.refreshToken != null || !grant.accessToken.isExpired(options.clock.now()))
        if (!isOfUse || !(grant.requestedScopes + grant.grantedScopes).containsAll(scopes)) return null
        store.saveGrantKey(endpoint.value, key)
        return SignedIn(key, client, server, grant, isFresh = false)
    }

    /** Asks the person for [scopes]; null if the authorization server was only guessed, and there is none. */
    suspend fun authorize(protection: Protection, scopes: List<String>): SignedIn? {
        val server = protection.server
        requirePkce(server)
        val authorizationEndpoint = server.authorizationEndpoint ?: throw missingEndpoint(server, "authorization_endpoint")
        http.requireSafe(AUTHORIZATION, authorizationEndpoint)
        http.requireSafe(TOKEN, server.tokenEndpoint ?: throw missingEndpoint(server, "token_endpoint"))
        val wanted = if (options.scopes.isEmpty()) withOfflineAccess(scopes, server.scopesSupported) else scopes
        val stored = store.findRegistration(server.issuer)
        return prepare(stored).use { receiver ->
            reporting(receiver) {
                val client = client(server, stored, receiver.redirectUri)
                if (client == null && options.prompt.isInteractive) return@reporting null
                val request = request(protection, authorizationEndpoint, client, receiver.redirectUri, wanted)
                val code = authorizationCode(ask(request, receiver, stored), request)
                redeem(code, request, client ?: throw noRegistration(server))
            }
        }
    }

    /** The first that the application's client belongs to, or where one is registered already, or simply the first (RFC 9728 §7.6 leaves it to us). */
    private suspend fun chooseServer(issuers: List<String>): String =
        issuers.firstOrNull { it == options.clientIssuer } ?: issuers.firstOrNull { store.findRegistration(it) != null } ?: issuers.first()

    private suspend fun prepare(stored: ClientRegistration?): RedirectReceiver {
        val receiver = promptFailing(null) { options.prompt.prepare(stored?.redirectUris.orEmpty()) }
        val uri = HttpUrl.parse(receiver.redirectUri)
        if (uri != null && (uri.isHttps || uri.isLoopback) && !uri.hasFragment) return receiver
        receiver.close()
        throw authorizationFailed(
            AUTHORIZATION,
            null,
            "the prompt's redirect URI cannot be used",
            "give the prompt another redirect URI",
            expected = "https, or http on this machine, without a fragment",
        )
    }

    private suspend fun <T> reporting(receiver: RedirectReceiver, block: suspend () -> T): T =
        try {
            block().also { receiver.report(null) }
        } catch (e: McpException) {
            receiver.report(e)
            throw e
        }

    /** Null if there is none and none can be registered: a guessed server that is not there, or nobody to sign in with it. */
    private suspend fun client(server: AuthorizationServer, stored: ClientRegistration?, redirectUri: String): OAuthClient? {
        val usable = stored?.takeIf { redirectUri in it.redirectUris }
        if (options.clientId != null) givenClient.require(server.issuer)
        return when (val choice = chooseClient(options, server, usable, options.clock.now())) {
            is ClientChoice.Known -> choice.client
            ClientChoice.Register -> if (options.prompt.isInteractive) register(server, redirectUri) else null
            ClientChoice.Impossible -> throw noRegistration(server)
        }
    }

    private suspend fun register(server: AuthorizationServer, redirectUri: String): OAuthClient? =
        Registration(http, options).register(server, redirectUri)?.let(OAuthClient::registered)

    private fun request(protection: Protection, url: HttpUrl, client: OAuthClient?, redirectUri: String, scopes: List<String>) =
        AuthorizationRequest(
            server = protection.server,
            endpoint = url,
            clientId = client?.clientId,
            redirectUri = redirectUri,
            resource = protection.resource,
            scopes = scopes,
            state = randomToken(crypto),
            verifier = CodeVerifier(randomToken(crypto)),
        )

    private suspend fun ask(request: AuthorizationRequest, receiver: RedirectReceiver, stored: ClientRegistration?): String {
        val url = AuthorizationUrl(request.url(codeChallenge(request.verifier, crypto)), request.redirectUri)
        http.emit(AUTHORIZATION, url.endpoint, "authorization URL issued")
        withTimeoutOrNull(options.promptTimeoutMillis) { promptFailing(url) { receiver.authorize(url) } }?.let { return it }
        // A server that has forgotten the client says so on a page of its own and redirects to nobody: register anew next time.
        stored?.takeIf { it.clientId == request.clientId }?.let { store.removeRegistration(it) }
        throw timedOut(url)
    }

    private fun timedOut(url: AuthorizationUrl) =
        RequestTimeoutException(
            "nobody signed in at ${url.endpoint} within ${options.promptTimeoutMillis} ms",
            deadline = "sign-in",
            limitMillis = options.promptTimeoutMillis,
            FailureDetails(Phase.AUTHORIZE, url.endpoint, "sign in again, and finish in the browser", isRetryable = true),
        )

    // Whatever a prompt throws belongs to this step, even a cancellation (of a future, say), unless it is we who are cancelled.
    @Suppress("SuspendFunSwallowedCancellation")
    private suspend fun <T> promptFailing(url: AuthorizationUrl?, block: suspend () -> T): T =
        try {
            block()
        } catch (e: McpException) {
            throw e
        } catch (e: Exception) {
            currentCoroutineContext().ensureActive()
            val reason = e.message?.let { if (url == null) it else it.replace(url.value, url.endpoint) } ?: e::class.simpleName
            val remedy = "make sure that a page can be shown and a redirect received here, or use another prompt"
            throw authorizationFailed(AUTHORIZATION, url?.endpoint, "the prompt failed: $reason", remedy, cause = e)
        }

    // Runs to its end even if the caller is cancelled: the person has consented, and whoever waits next finds the token.
    private suspend fun redeem(code: AuthorizationCode, request: AuthorizationRequest, client: OAuthClient): SignedIn =
        withContext(NonCancellable) {
            val grant = forgetting(client) { TokenEndpoint(http, options.clock, request.server, client).redeem(code, request) }
            val key = GrantKey(request.server.issuer, client.clientId, request.resource, user)
            store.updateGrant(key) { grant }
            store.saveGrantKey(endpoint.value, key)
            http.emit(TOKEN, request.server.tokenEndpoint?.withoutQuery, "token obtained")
            SignedIn(key, client, request.server, grant, isFresh = true)
        }

    private suspend fun <T> forgetting(client: OAuthClient, block: suspend () -> T): T =
        try {
            block()
        } catch (e: AuthorizationFailedException) {
            if (e.error == "invalid_client") client.registration?.let { store.removeRegistration(it) }
            throw e
        }
}
