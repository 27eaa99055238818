package io.github.latchkey.mcp.auth.internal.grant

import io.github.latchkey.mcp.auth.AuthorizationFailedException
import io.github.latchkey.mcp.auth.AuthorizationStep.AUTHORIZATION
import io.github.latchkey.mcp.auth.AuthorizationStep.SERVER_METADATA
import io.github.latchkey.mcp.auth.AuthorizationStep.TOKEN
import io.github.latchkey.mcp.auth.AuthorizationStep.TOKEN_EXCHANGE
import io.github.latchkey.mcp.auth.CodeVerifier
import io.github.latchkey.mcp.auth.IdentityProvider
import io.github.latchkey.mcp.auth.RefreshToken
import io.github.latchkey.mcp.auth.internal.Assertion
import io.github.latchkey.mcp.auth.internal.JsonDocument
import io.github.latchkey.mcp.auth.internal.MalformedDocumentException
import io.github.latchkey.mcp.auth.internal.OAuthContext
import io.github.latchkey.mcp.auth.internal.SignInHttp
import io.github.latchkey.mcp.auth.internal.authorization.AuthorizationRequest
import io.github.latchkey.mcp.auth.internal.authorization.PersonConsent
import io.github.latchkey.mcp.auth.internal.authorization.randomToken
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.discovery.Protection
import io.github.latchkey.mcp.auth.internal.discovery.ServerMetadata
import io.github.latchkey.mcp.auth.internal.fetch
import io.github.latchkey.mcp.auth.internal.jwt.unverifiedClaims
import io.github.latchkey.mcp.auth.internal.registration.OAuthClient
import io.github.latchkey.mcp.auth.internal.requireHttpUrl
import io.github.latchkey.mcp.auth.internal.token.TokenEndpoint
import io.github.latchkey.mcp.auth.internal.token.TokenRequest
import io.github.latchkey.mcp.auth.internal.token.missingEndpoint
import io.github.latchkey.mcp.auth.internal.token.parseIdJag
import io.github.latchkey.mcp.auth.internal.token.refreshTokenOf
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import kotlin.time.Duration.Companion.seconds
import kotlin.time.Instant

/**
 * One person at one identity provider, for all MCP servers that an authorizer calls for them. The ID token stays in memory; it is renewed with a refresh token
 * where there is one, and else by another sign-in.
 */
internal class IdentityProviderSession(
    private val provider: IdentityProvider,
    private val context: OAuthContext,
) {
    val issuer: String get() = provider.issuer

    private val client = OAuthClient.of(provider)

    // Held while the person signs in: whoever else needs the ID token waits for the same person.
    private val mutex = Mutex() // guards held and known
    private var held: IdToken? = null
    private var known: AuthorizationServer? = null

    /** An ID-JAG for [protection] and [scopes]; null if the person would have to sign in, and [mayAsk] forbids it. */
    suspend fun findIdJag(network: SignInHttp, protection: Protection, scopes: List<String>, mayAsk: Boolean): Assertion? {
        val http = network.trusting(requireHttpUrl(SERVER_METADATA, "the issuer of the identity provider", provider.issuer))
        val server = mutex.withLock { known ?: ServerMetadata(http).get(provider.issuer).also { known = it } }
        provider.subjectTokens?.let { return exchange(http, server, it.fetch(TOKEN_EXCHANGE, provider.issuer), protection, scopes) }
        val first = idToken(http, server, refused = null, mayAsk) ?: return null
        return try {
            exchange(http, server, first.value, protection, scopes)
        } catch (e: AuthorizationFailedException) {
            // It may have been revoked since; one that the person has just signed in for will not get better.
            if (e.error != "invalid_grant" || first.isFresh) throw e
            val second = idToken(http, server, refused = first, mayAsk) ?: return null
            exchange(http, server, second.value, protection, scopes)
        }
    }

    private suspend fun exchange(
        http: SignInHttp,
        server: AuthorizationServer,
        subjectToken: Assertion,
        protection: Protection,
        scopes: List<String>,
    ): Assertion {
        val audience = protection.server.issuer
        val request = TokenRequest.exchange(subjectToken, provider.subjectTokenType, audience, protection.resource, scopes)
        val idJag = tokenEndpoint(http, server).ask(request) { text, _ -> parseIdJag(text) }
        http.emit(TOKEN_EXCHANGE, server.tokenEndpoint?.withoutQuery, "ID-JAG obtained")
        return idJag
    }

    private suspend fun idToken(http: SignInHttp, server: AuthorizationServer, refused: IdToken?, mayAsk: Boolean): IdToken? =
        mutex.withLock {
            val current = held?.takeIf { it !== refused }
            if (current?.isGood(context.options.clock.now()) == true) return current.used().also { held = it }
            val renewed = held?.refreshToken?.let { renew(http, server, it) }
            (renewed ?: if (mayAsk) signIn(http, server) else null)?.also { held = it }
        }

    /** Null if it is of no use any more (OpenID Connect Core §12, which makes the ID token in the answer optional). */
    private suspend fun renew(http: SignInHttp, server: AuthorizationServer, refreshToken: RefreshToken): IdToken? =
        withContext(NonCancellable) {
            try {
                tokenEndpoint(http, server).ask(TokenRequest.refresh(refreshToken, resource = null)) { text, _ ->
                    parseIdToken(text, server.issuer, provider.clientId, nonce = null, refreshToken)
                }
            } catch (e: AuthorizationFailedException) {
                if (e.isRetryable || e.error == null) throw e
                null
            }
        }

    private suspend fun signIn(http: SignInHttp, server: AuthorizationServer): IdToken {
        val url = server.authorizationEndpoint ?: throw missingEndpoint(server, "authorization_endpoint")
        http.requireSafe(AUTHORIZATION, url)
        http.requireSafe(TOKEN, server.tokenEndpoint ?: throw missingEndpoint(server, "token_endpoint"))
        val consent = PersonConsent(provider.prompt, context.options.promptTimeoutMillis, context.crypto, http)
        return consent.receiving(emptyList()) { receiver ->
            val nonce = randomToken(context.crypto)
            val request =
                AuthorizationRequest(
                    server = server,
                    endpoint = url,
                    clientId = provider.clientId,
                    redirectUri = receiver.redirectUri,
                    resource = null,
                    scopes = provider.scopes,
                    state = randomToken(context.crypto),
                    verifier = CodeVerifier(randomToken(context.crypto)),
                    nonce = nonce,
                )
            val code = consent.findCode(request, receiver) ?: throw consent.timedOut(request)
            withContext(NonCancellable) {
                tokenEndpoint(http, server).ask(TokenRequest.code(code, request)) { text, _ ->
                    parseIdToken(text, server.issuer, provider.clientId, nonce, refreshToken = null)
                }
            }
        }
    }

    private fun tokenEndpoint(http: SignInHttp, server: AuthorizationServer) = TokenEndpoint(http, context, server, client, prover = null)
}

/**
 * The person as the identity provider sees them. Its [toString] leaves the tokens out.
 *
 * @property isFresh whether it has not been used yet
 */
internal class IdToken(
    val value: Assertion,
    val expiresAt: Instant?,
    val refreshToken: RefreshToken?,
    val isFresh: Boolean = true,
) {
    fun isGood(now: Instant): Boolean = expiresAt == null || expiresAt > now + MARGIN

    fun used(): IdToken = if (isFresh) IdToken(value, expiresAt, refreshToken, isFresh = false) else this

    override fun toString(): String = "IdToken(expiresAt=$expiresAt)"

    private companion object {
        val MARGIN = 30.seconds
    }
}

/**
 * The ID token in the answer of a token endpoint. It came straight from there, so its signature need not be checked, but whether it is for us and answers
 * our request ([nonce]) does (OpenID Connect Core §3.1.3.7).
 */
internal fun parseIdToken(text: String, issuer: String, clientId: String, nonce: String?, refreshToken: RefreshToken?): IdToken {
    val document = JsonDocument.parse(text)
    val value = document.requireString("id_token")
    val claims = unverifiedClaims(value)
    if (claims.string("iss") != issuer) throw MalformedDocumentException("has an ID token of another issuer")
    if (clientId !in claims.stringOrStrings("aud").orEmpty()) throw MalformedDocumentException("has an ID token for another client")
    if (nonce != null && claims.string("nonce") != nonce) throw MalformedDocumentException("has an ID token for another request")
    val expiresAt = claims.seconds("exp")?.let(Instant::fromEpochSeconds)
    return IdToken(Assertion(value), expiresAt, refreshTokenOf(document) ?: refreshToken)
}
