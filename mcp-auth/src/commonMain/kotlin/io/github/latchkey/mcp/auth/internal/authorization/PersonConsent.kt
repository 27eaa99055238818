package io.github.latchkey.mcp.auth.internal.authorization

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.auth.AuthorizationCode
import io.github.latchkey.mcp.auth.AuthorizationPrompt
import io.github.latchkey.mcp.auth.AuthorizationStep.AUTHORIZATION
import io.github.latchkey.mcp.auth.AuthorizationUrl
import io.github.latchkey.mcp.auth.OAuthCrypto
import io.github.latchkey.mcp.auth.RedirectReceiver
import io.github.latchkey.mcp.auth.authorizationFailed
import io.github.latchkey.mcp.auth.internal.SignInHttp
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withTimeoutOrNull

/** The person's part of the authorization code grant: shows them a page, and receives the redirect that answers it (RFC 6749 §4.1.1, §4.1.2). */
internal class PersonConsent(
    private val prompt: AuthorizationPrompt,
    private val timeoutMillis: Long,
    private val crypto: OAuthCrypto,
    private val http: SignInHttp,
) {
    /** Runs [block] with a receiver that is open for one redirect, and tells the person how it ended. */
    suspend fun <T> receiving(registeredRedirectUris: List<String>, block: suspend (RedirectReceiver) -> T): T =
        prepare(registeredRedirectUris).use { receiver -> reporting(receiver) { block(receiver) } }

    /** The code that answers [request]; null if nobody answers in time. */
    suspend fun findCode(request: AuthorizationRequest, receiver: RedirectReceiver): AuthorizationCode? {
        val url = urlOf(request)
        http.emit(AUTHORIZATION, url.endpoint, "authorization URL issued")
        val redirect = withTimeoutOrNull(timeoutMillis) { promptFailing(url) { receiver.authorize(url) } } ?: return null
        return authorizationCode(redirect, request)
    }

    fun timedOut(request: AuthorizationRequest): McpException {
        val url = request.endpoint.withoutQuery
        return RequestTimeoutException(
            "nobody signed in at $url within $timeoutMillis ms",
            deadline = "sign-in",
            limitMillis = timeoutMillis,
            FailureDetails(Phase.AUTHORIZE, url, "sign in again, and finish in the browser", isRetryable = true),
        )
    }

    private fun urlOf(request: AuthorizationRequest) =
        AuthorizationUrl(request.url(codeChallenge(request.verifier, crypto)), request.redirectUri)

    private suspend fun prepare(registeredRedirectUris: List<String>): RedirectReceiver {
        val receiver = promptFailing(null) { prompt.prepare(registeredRedirectUris) }
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
}

/** Whatever a prompt throws belongs to this step, even a cancellation (of a future, say), unless it is we who are cancelled. */
@Suppress("SuspendFunSwallowedCancellation")
internal suspend fun <T> promptFailing(url: AuthorizationUrl?, block: suspend () -> T): T =
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
