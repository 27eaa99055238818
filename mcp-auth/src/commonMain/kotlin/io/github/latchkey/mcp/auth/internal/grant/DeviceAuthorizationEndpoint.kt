package io.github.latchkey.mcp.auth.internal.grant

import io.github.latchkey.mcp.auth.AuthorizationStep.AUTHORIZATION
import io.github.latchkey.mcp.auth.DeviceAuthorization
import io.github.latchkey.mcp.auth.internal.Assertion
import io.github.latchkey.mcp.auth.internal.JsonDocument
import io.github.latchkey.mcp.auth.internal.MalformedDocumentException
import io.github.latchkey.mcp.auth.internal.OAuthContext
import io.github.latchkey.mcp.auth.internal.OAuthError
import io.github.latchkey.mcp.auth.internal.SignInHttp
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.refused
import io.github.latchkey.mcp.auth.internal.registration.OAuthClient
import io.github.latchkey.mcp.auth.internal.token.ClientAuthenticator
import io.github.latchkey.mcp.auth.internal.token.TokenRequest
import io.github.latchkey.mcp.auth.internal.token.remedyFor
import io.github.latchkey.mcp.auth.internal.unusable
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.github.latchkey.mcp.auth.internal.url.formEncode
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.Instant

/** A device code, and what the person is told. Its [toString] leaves the codes out. */
internal class IssuedDeviceCode(
    val code: Assertion,
    val shown: DeviceAuthorization,
    val lifetime: Duration,
    val interval: Duration,
) {
    override fun toString(): String = "IssuedDeviceCode($shown)"
}

/** Asks for device codes (RFC 8628 §3.1). */
internal class DeviceAuthorizationEndpoint(
    private val http: SignInHttp,
    private val context: OAuthContext,
    private val server: AuthorizationServer,
    private val client: OAuthClient,
) {
    suspend fun authorize(url: HttpUrl, resource: String, scopes: List<String>): IssuedDeviceCode {
        val authentication = ClientAuthenticator(context.options, context.crypto).authenticate(client, server, AUTHORIZATION)
        val clientId = listOf("client_id" to client.clientId).filterNot {
            it in authentication.parameters ||
                authentication.headers.isNotEmpty()
        }
        val scope = scopes.takeIf { it.isNotEmpty() }?.let { "scope" to it.joinToString(" ") }
        val parameters = listOfNotNull("resource" to resource, scope) + authentication.parameters + clientId
        val headers = mapOf("Content-Type" to "application/x-www-form-urlencoded") + authentication.headers
        val now = context.options.clock.now()
        val response = http.post(AUTHORIZATION, url, headers, formEncode(parameters))
        OAuthError.find(response, authentication.secrets)?.let { error ->
            throw refused(
                AUTHORIZATION,
                url,
                "refused to give a device code",
                error,
                response,
                remedyFor(error.error, TokenRequest.DEVICE_CODE),
            )
        }
        if (response.status !in 200..299) {
            throw unusable(AUTHORIZATION, url, "answered HTTP ${response.status}", response, "HTTP 200 with a device_code")
        }
        return try {
            parseDeviceCode(response.body, now)
        } catch (expected: MalformedDocumentException) {
            throw unusable(AUTHORIZATION, url, "answered a device code that ${expected.problem}", response, "an object with a device_code")
        }
    }
}

/** RFC 8628 §3.2. What is to be shown is checked: a person will trust it. */
internal fun parseDeviceCode(text: String, now: Instant): IssuedDeviceCode {
    val document = JsonDocument.parse(text)
    val code = document.requireString("device_code")
    val userCode = document.requireString("user_code")
    if (userCode.length > MAX_CODE_CHARS ||
        userCode.any { it !in ' '..'~' }
    ) {
        throw MalformedDocumentException("has a user_code that cannot be shown")
    }
    val lifetime = (document.seconds("expires_in")?.takeIf { it > 0 } ?: throw MalformedDocumentException("has no expires_in")).seconds
    val uri = document.requireString("verification_uri")
    if (!isSafeToOpen(uri)) throw MalformedDocumentException("has a verification_uri that is neither https nor on this machine")
    val complete = document.string("verification_uri_complete")?.takeIf(::isSafeToOpen)
    val interval = (document.seconds("interval")?.takeIf { it > 0 } ?: DEFAULT_INTERVAL_SECONDS).seconds
    return IssuedDeviceCode(Assertion(code), DeviceAuthorization(uri, userCode, complete, now + lifetime), lifetime, interval)
}

private fun isSafeToOpen(uri: String): Boolean = HttpUrl.parse(uri)?.let { it.isHttps || it.isLoopback } == true

private const val MAX_CODE_CHARS = 100
private const val DEFAULT_INTERVAL_SECONDS = 5L
