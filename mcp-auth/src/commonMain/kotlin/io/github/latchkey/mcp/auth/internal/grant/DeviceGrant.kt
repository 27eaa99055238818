package io.github.latchkey.mcp.auth.internal.grant

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.auth.AuthorizationFailedException
import io.github.latchkey.mcp.auth.AuthorizationStep.AUTHORIZATION
import io.github.latchkey.mcp.auth.DeviceAuthorization
import io.github.latchkey.mcp.auth.DevicePrompt
import io.github.latchkey.mcp.auth.internal.SignedIn
import io.github.latchkey.mcp.auth.internal.authorization.promptFailing
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
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** The person signs in on another device, and this one asks until they have (RFC 8628). */
internal class DeviceGrant(
    private val tokens: TokenIssue,
    private val prompt: DevicePrompt,
) : GrantFlow {
    private val context = tokens.context
    private val options = context.options

    override suspend fun obtain(protection: Protection, scopes: List<String>, mayAsk: Boolean): SignedIn? {
        if (!mayAsk) return null
        val server = protection.server
        val url = server.deviceAuthorizationEndpoint ?: throw missingEndpoint(server, "device_authorization_endpoint")
        val client = client(server)
        val wanted = if (options.scopes.isEmpty()) withOfflineAccess(scopes, server.scopesSupported) else scopes
        val device = DeviceAuthorizationEndpoint(tokens.http, context, server, client).authorize(url, protection.resource, wanted)
        tokens.http.emit(AUTHORIZATION, device.shown.verificationUri.substringBefore('?'), "device code issued")
        return reporting { waitFor(device, protection, client, wanted) }
    }

    private suspend fun client(server: AuthorizationServer): OAuthClient {
        // One that was registered with redirect URIs is for the other grant.
        val usable = options.tokenStore.findRegistration(server.issuer)?.takeIf { it.redirectUris.isEmpty() }
        if (options.clientId != null) context.givenClient.require(server.issuer)
        return when (val choice = chooseClient(options, server, usable, options.clock.now())) {
            is ClientChoice.Known -> choice.client

            ClientChoice.Register ->
                Registration(tokens.http, options).register(server, redirectUri = null)?.let(OAuthClient::registered)
                    ?: throw noRegistration(server)

            ClientChoice.Impossible -> throw noRegistration(server)
        }
    }

    private suspend fun waitFor(device: IssuedDeviceCode, protection: Protection, client: OAuthClient, scopes: List<String>): SignedIn {
        val limit = options.promptTimeoutMillis.milliseconds
        return withTimeoutOrNull(minOf(limit, device.lifetime)) {
            coroutineScope {
                val showing = launch { promptFailing(null) { prompt.show(device.shown) } }
                try {
                    poll(device, protection, client, scopes)
                } finally {
                    showing.cancel()
                }
            }
        } ?: throw if (limit < device.lifetime) timedOut(device.shown) else expired(device.shown)
    }

    private suspend fun poll(device: IssuedDeviceCode, protection: Protection, client: OAuthClient, scopes: List<String>): SignedIn {
        var interval = device.interval
        while (true) {
            delay(interval)
            try {
                return tokens.obtain(protection, client, TokenRequest.device(device.code, protection.resource), scopes)
            } catch (e: McpException) {
                interval = nextInterval(interval, e) ?: throw e
            }
        }
    }

    private suspend fun <T> reporting(block: suspend () -> T): T =
        try {
            block().also { prompt.report(null) }
        } catch (e: McpException) {
            prompt.report(e)
            throw e
        }

    private fun timedOut(shown: DeviceAuthorization): McpException {
        val url = shown.verificationUri.substringBefore('?')
        return RequestTimeoutException(
            "nobody entered the code at $url within ${options.promptTimeoutMillis} ms",
            deadline = "sign-in",
            limitMillis = options.promptTimeoutMillis,
            FailureDetails(Phase.AUTHORIZE, url, "sign in again, and enter the code in time", isRetryable = true),
        )
    }

    private fun expired(shown: DeviceAuthorization): McpException {
        val url = shown.verificationUri.substringBefore('?')
        val details = FailureDetails(Phase.AUTHORIZE, url, "sign in again, and enter the code in time", isRetryable = true)
        return AuthorizationFailedException("nobody entered the code before it expired", AUTHORIZATION, details, error = "expired_token")
    }
}

/** How long to wait before asking again after [failure]; null if there is no point (RFC 8628 §3.5). */
internal fun nextInterval(interval: Duration, failure: McpException): Duration? =
    when ((failure as? AuthorizationFailedException)?.error) {
        "authorization_pending" -> interval
        "slow_down" -> interval + 5.seconds
        null -> if (isPassing(failure)) interval * 2 else null
        else -> null
    }

/** The server could not be asked, this time. */
private fun isPassing(failure: McpException): Boolean =
    failure.isRetryable || failure.code == ErrorCode.TIMEOUT || failure.code == ErrorCode.UNREACHABLE
