package io.github.latchkey.mcp.auth.internal

import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.auth.AccessToken
import io.github.latchkey.mcp.auth.AuthorizationFailedException
import io.github.latchkey.mcp.auth.AuthorizationGrant
import io.github.latchkey.mcp.auth.AuthorizationStep.TOKEN
import io.github.latchkey.mcp.auth.StepUp
import io.github.latchkey.mcp.auth.TokenEvent
import io.github.latchkey.mcp.auth.internal.authorization.initialScopes
import io.github.latchkey.mcp.auth.internal.authorization.promptFailing
import io.github.latchkey.mcp.auth.internal.authorization.stepUpScopes
import io.github.latchkey.mcp.auth.internal.discovery.OAuthChallenge
import io.github.latchkey.mcp.auth.internal.discovery.Protection
import io.github.latchkey.mcp.auth.internal.dpop.isForProof
import io.github.latchkey.mcp.auth.internal.dpop.mayProveAgain
import io.github.latchkey.mcp.auth.internal.dpop.proofsRefused
import io.github.latchkey.mcp.auth.internal.registration.OAuthClient
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.github.latchkey.mcp.transport.AuthorizationChallenge
import io.github.latchkey.mcp.transport.ChallengeDecision
import io.github.latchkey.mcp.transport.ChallengeDecision.GIVE_UP
import io.github.latchkey.mcp.transport.ChallengeDecision.RETRY
import io.github.latchkey.mcp.transport.ProtectedRequest
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.concurrent.Volatile

/** The one token of one user for one MCP endpoint: who holds it, renews it, and signs in for it. Every request of that user to the endpoint comes here. */
internal class EndpointAuthorization(
    private val endpoint: HttpUrl,
    private val context: OAuthContext,
) {
    private val options = context.options

    // A person may be waited for while signingIn is held, so renewals, which requests wait for, have a lock of their own.
    private val signingIn = Mutex()
    private val renewing = Mutex()

    private val heldGrant = MutableStateFlow<SignedIn?>(null)
    private val held: SignedIn? get() = heldGrant.value

    /** Whether the store has been asked. */
    @Volatile private var isRestored = false

    /** A token that could not be renewed ahead of its end; not tried again before that. */
    @Volatile private var notRenewable: AccessToken? = null

    /** Written under [signingIn]. */
    @Volatile private var lastFailure: FailedRun? = null

    /** How often more was asked for, by operation; guarded by [signingIn]. */
    private val stepUps = HashMap<String, Int>()

    /** The token for [request], renewed if it is about to end; null if there is none. */
    suspend fun credentials(request: ProtectedRequest): TokenCredentials? {
        val current = held ?: restore(request) ?: return null
        val isDue = isRenewable(current) && current.grant.isDue(options.clock.now(), options.refreshAheadSeconds)
        val usable = if (isDue && !request.isBestEffort) renewAhead(current, request) else current
        return usable.credentials(request)
    }

    /** 401: somebody else's newer token, else a refresh, else a sign-in (RFC 6750 §3.1 `invalid_token`, MCP Token Handling). */
    suspend fun onUnauthorized(challenge: AuthorizationChallenge, oauth: OAuthChallenge): ChallengeDecision {
        val used = challenge.used as? TokenCredentials
        if (challenge.isForProof()) return if (mayProveAgain(challenge)) RETRY else GIVE_UP
        val attempt = challenge.attempt - challenge.proofsRefused()
        if (used == null && attempt > 1) return GIVE_UP
        return oneAtATime(scopes = null) {
            val current = held
            when {
                current != null && !current.token.isSameAs(used?.signedIn?.token) -> RETRY
                attempt > 1 && used?.signedIn?.isFresh == true -> GIVE_UP
                attempt == 1 && current != null && isRenewed(current, challenge.request) -> RETRY
                else -> signIn(challenge, oauth)
            }
        }
    }

    /** 403 `insufficient_scope`: asks for more, as long as there is more to ask for (MCP 2026-07-28, Step-Up Authorization Flow). */
    suspend fun onInsufficientScope(challenge: AuthorizationChallenge, oauth: OAuthChallenge): ChallengeDecision {
        val used = (challenge.used as? TokenCredentials)?.signedIn
        return oneAtATime(oauth.scopes.orEmpty()) {
            val current = held
            val isCovered = current != null && oauth.scopes != null && current.grant.grantedScopes.containsAll(oauth.scopes)
            when {
                isCovered && !current.token.isSameAs(used?.token) -> RETRY
                isCovered || maxStepUps == 0 -> GIVE_UP
                else -> stepUp(challenge, oauth)
            }
        }
    }

    private suspend fun signIn(challenge: AuthorizationChallenge, oauth: OAuthChallenge): ChallengeDecision {
        val http = http(challenge.request)
        val signIn = SignIn(endpoint, context, http)
        val protection = signIn.discover(oauth) ?: return GIVE_UP
        val scopes = initialScopes(options.scopes, oauth.scopes, protection.scopesSupported)
        val refused = (challenge.used as? TokenCredentials)?.signedIn?.token
        val adopted = signIn.adopt(protection, scopes, refused)?.let { unexpired(it, http) }
        heldGrant.value = adopted ?: signIn.authorize(protection, scopes) ?: return GIVE_UP
        stepUps.clear()
        return RETRY
    }

    /** [signedIn] with a token that can be used, or null. */
    private suspend fun unexpired(signedIn: SignedIn, http: SignInHttp): SignedIn? {
        val now = options.clock.now()
        if (!signedIn.token.isExpired(now)) return signedIn
        return Renewal(endpoint, context, http).renew(signedIn).takeUnless { it.token.isExpired(now) }
    }

    private suspend fun stepUp(challenge: AuthorizationChallenge, oauth: OAuthChallenge): ChallengeDecision {
        val operation = challenge.request.rpcMethod ?: challenge.request.httpMethod
        val asked = stepUps[operation] ?: 0
        if (asked >= maxStepUps) return GIVE_UP
        val signIn = SignIn(endpoint, context, http(challenge.request))
        val protection = signIn.discover(oauth) ?: return GIVE_UP
        val scopes = moreScopes(protection, oauth) ?: return GIVE_UP
        if (!isApproved(StepUp(endpoint.withoutQuery, operation, scopes - held?.grant?.grantedScopes.orEmpty().toSet()))) return GIVE_UP
        stepUps[operation] = asked + 1
        heldGrant.value = signIn.authorize(protection, scopes) ?: return GIVE_UP
        return RETRY
    }

    /** Who does not answer in time has not approved. */
    private suspend fun isApproved(stepUp: StepUp): Boolean {
        val approval = options.stepUpApproval ?: return true
        return withTimeoutOrNull(options.promptTimeoutMillis) { promptFailing(url = null) { approval.isApproved(stepUp) } } == true
    }

    private fun http(request: ProtectedRequest) = context.http(request, endpoint)

    /** Null if there is nothing to ask for that is not granted already: the answer would be the same. */
    private fun moreScopes(protection: Protection, oauth: OAuthChallenge): List<String>? {
        val grant = held?.takeIf { it.key.issuer == protection.server.issuer }?.grant
        val challenged = oauth.scopes ?: protection.scopesSupported.orEmpty()
        val scopes = stepUpScopes(grant?.requestedScopes.orEmpty(), grant?.grantedScopes.orEmpty(), challenged)
        return scopes.takeUnless { grant != null && grant.grantedScopes.containsAll(it) }
    }

    /**
     * Runs [block] alone. Whoever waited for a run that failed for the same reason (401, or the same [scopes]) shares its failure
     * instead of asking the person again; whoever waited for one that was cancelled goes on itself.
     */
    private suspend fun oneAtATime(scopes: List<String>?, block: suspend () -> ChallengeDecision): ChallengeDecision {
        val before = lastFailure
        return signingIn.withLock {
            lastFailure?.takeIf { it !== before && it.scopes == scopes }?.let { return it.share() }
            try {
                block().also { if (it == GIVE_UP) lastFailure = FailedRun(scopes, null) }
            } catch (e: McpException) {
                lastFailure = FailedRun(scopes, e)
                throw e
            }
        }
    }

    private suspend fun isRenewed(current: SignedIn, request: ProtectedRequest): Boolean =
        current.grant.refreshToken != null && !renew(current, request).token.isSameAs(current.token)

    private suspend fun renewAhead(current: SignedIn, request: ProtectedRequest): SignedIn {
        val isOver = current.token.isExpired(options.clock.now())
        if (!isOver && current.token.isSameAs(notRenewable)) return current
        return try {
            renew(current, request)
        } catch (e: McpException) {
            if (isOver) throw e
            notRenewable = current.token
            current
        }
    }

    /** What is current afterwards; the same token if it cannot be renewed. */
    private suspend fun renew(current: SignedIn, request: ProtectedRequest): SignedIn =
        renewing.withLock {
            held?.takeIf { !it.token.isSameAs(current.token) }?.let { return it }
            val http = http(request)
            val renewed =
                if (current.grant.refreshToken != null) {
                    Renewal(endpoint, context, http).renew(current)
                } else {
                    SignIn(endpoint, context, http).again(current) ?: current
                }
            // A step-up may have ended in the meantime: what it brought is more.
            if (heldGrant.compareAndSet(current, renewed)) renewed else held ?: renewed
        }

    /** The grant that the store remembers for this endpoint, looked up once. */
    private suspend fun restore(request: ProtectedRequest): SignedIn? {
        if (isRestored) return held
        return renewing.withLock {
            if (!isRestored) {
                val stored = findStored()
                if (heldGrant.compareAndSet(null, stored) && stored != null) {
                    val http = http(request)
                    http.emit(TOKEN, stored.key.issuer, "found in the store")
                    http.emit(TokenEvent.of(TokenEvent.Source.STORED, stored.key, stored.grant, options.clock.now()))
                }
                isRestored = true
            }
            held
        }
    }

    private suspend fun findStored(): SignedIn? {
        val key = context.grants.findKey(endpoint.value, context.user) ?: return null
        val isOther =
            (options.issuer != null && options.issuer != key.issuer) || (options.resource != null && options.resource != key.resource)
        val client = (if (isOther) null else findClient(key.clientId, key.issuer)) ?: return null
        val (grant, source) = context.grants.find(key) ?: return null
        return context.restored(key, client, server = null, grant, source)
    }

    private suspend fun findClient(clientId: String, issuer: String): OAuthClient? =
        OAuthClient.given(options)?.let { given ->
            return given.takeIf { it.clientId == clientId && context.givenClient.accepts(issuer) }
        }
            ?: options.clientMetadataUrl?.takeIf { it == clientId }?.let { OAuthClient.described(it, options.privateKeyJwt) }
            ?: options.tokenStore.findRegistration(issuer)?.takeIf { it.clientId == clientId }?.let(OAuthClient::registered)

    /** A run that brought no token: with [failure], or because there is no way to get one. */
    private class FailedRun(
        val scopes: List<String>?,
        val failure: McpException?,
    ) {
        fun share(): ChallengeDecision = throw (failure as? AuthorizationFailedException)?.again() ?: failure ?: return GIVE_UP
    }

    /** A token that came without a person can be had again in the same way (RFC 6749 §4.4.3). */
    private fun isRenewable(current: SignedIn): Boolean =
        current.grant.refreshToken != null || (options.grant.isUnattended && current.server != null)

    /**
     * How often one operation may ask for more. With the sign-in before them, a person gets three authorization requests (MCP 2026-07-28, "no more
     * than a few times"); without a person the answer to the second one would be the same.
     */
    private val maxStepUps: Int
        get() =
            when {
                options.grant.isUnattended -> 1
                options.grant is AuthorizationGrant.Code && !options.prompt.isInteractive -> 0
                else -> 2
            }
}
