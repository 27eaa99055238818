package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.auth.internal.EndpointAuthorization
import io.github.latchkey.mcp.auth.internal.OAuthContext
import io.github.latchkey.mcp.auth.internal.discovery.OAuthChallenge
import io.github.latchkey.mcp.auth.internal.registration.GivenClientBinding
import io.github.latchkey.mcp.auth.internal.store.EndpointOfUser
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.github.latchkey.mcp.transport.AuthorizationChallenge
import io.github.latchkey.mcp.transport.Authorizer
import io.github.latchkey.mcp.transport.ChallengeDecision
import io.github.latchkey.mcp.transport.Credentials
import io.github.latchkey.mcp.transport.ProtectedRequest
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock

/**
 * Signs in with OAuth as MCP has it: a 401 starts the authorization code flow with PKCE, or the [AuthorizationGrant] that the options name; a 403
 * `insufficient_scope` asks for more, a token that ends is refreshed. One instance may serve any number of MCP servers, users and calls. Each user of
 * each server has a token of their own, which concurrent calls share, and is told from others by the [ProtectedRequest.identity] alone; what is known of
 * a user is kept as long as the authorizer. With a grant for which nobody signs in, the tokens are the program's own, whoever the user is.
 *
 * Gives up on a 401 if nothing says that the server is protected by OAuth; throws [AuthorizationFailedException] if a step of the sign-in failed,
 * and what the [io.github.latchkey.mcp.transport.HttpFetcher] throws if an authorization server could not be reached.
 * On the JVM there is a function of the same name that needs the [options] alone.
 */
public class OAuthAuthorizer(
    private val options: OAuthOptions,
    crypto: OAuthCrypto,
    resolver: HostResolver,
) : Authorizer {
    private val mutex = Mutex() // guards authorizations and contexts
    private val authorizations = HashMap<EndpointOfUser, EndpointAuthorization>()
    private val contexts = HashMap<String?, OAuthContext>()
    private val givenClient = GivenClientBinding(options)
    private val registering = Mutex()
    private val newContext = { user: String? -> OAuthContext(user, options, crypto, resolver, givenClient, registering) }

    override suspend fun credentials(request: ProtectedRequest): Credentials? {
        val endpoint = HttpUrl.parse(request.resource) ?: return null
        // The token is for the resource: whatever the transport does, it goes nowhere else.
        val isOurs = HttpUrl.parse(request.url)?.isSameOrigin(endpoint) ?: false
        return if (isOurs) authorizationOf(endpoint, request).credentials(request) else null
    }

    override suspend fun onChallenge(challenge: AuthorizationChallenge): ChallengeDecision {
        val endpoint = HttpUrl.parse(challenge.request.resource) ?: return ChallengeDecision.GIVE_UP
        val oauth = OAuthChallenge.of(challenge.challenges)
        return when {
            challenge.status == 401 -> authorizationOf(endpoint, challenge.request).onUnauthorized(challenge, oauth)

            challenge.status == 403 && oauth.error == "insufficient_scope" ->
                authorizationOf(endpoint, challenge.request).onInsufficientScope(challenge, oauth)

            else -> ChallengeDecision.GIVE_UP
        }
    }

    private suspend fun authorizationOf(endpoint: HttpUrl, request: ProtectedRequest): EndpointAuthorization {
        val user = request.identity
        return mutex.withLock {
            authorizations.getOrPut(EndpointOfUser(endpoint.value, user)) {
                EndpointAuthorization(endpoint, contexts.getOrPut(user) { newContext(user) })
            }
        }
    }

    override fun toString(): String = "OAuthAuthorizer($options)"
}
