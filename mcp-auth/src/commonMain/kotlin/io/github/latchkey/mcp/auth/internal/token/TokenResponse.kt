package io.github.latchkey.mcp.auth.internal.token

import io.github.latchkey.mcp.auth.AccessToken
import io.github.latchkey.mcp.auth.Grant
import io.github.latchkey.mcp.auth.RefreshToken
import io.github.latchkey.mcp.auth.internal.JsonDocument
import io.github.latchkey.mcp.auth.internal.MalformedDocumentException
import io.github.latchkey.mcp.auth.internal.discovery.scopesOf
import kotlin.time.Duration.Companion.seconds
import kotlin.time.Instant

/** The answer of a token endpoint (RFC 6749 §5.1) to a request for [requestedScopes] that was sent at [now]. */
internal fun parseGrant(text: String, requestedScopes: List<String>, now: Instant): Grant {
    val document = JsonDocument.parse(text)
    val type = document.requireString("token_type")
    // A token of a kind that is not understood must not be used (RFC 6749 §7.1).
    if (!type.equals("Bearer", ignoreCase = true)) throw MalformedDocumentException("has a token_type other than Bearer")
    val token = document.requireString("access_token")
    if (token.any { it !in '!'..'~' }) throw MalformedDocumentException("has an access_token that no header can hold")
    val expiresAt = document.seconds("expires_in")?.takeIf { it > 0 }?.let { now + minOf(it, MAX_LIFE_SECONDS).seconds }
    return Grant(
        accessToken = AccessToken(token, expiresAt),
        refreshToken = document.string("refresh_token")?.takeIf { it.isNotEmpty() }?.let(::RefreshToken),
        requestedScopes = requestedScopes,
        grantedScopes = document.string("scope")?.let(::scopesOf)?.takeIf { it.isNotEmpty() } ?: requestedScopes,
        obtainedAt = now,
    )
}

private const val MAX_LIFE_SECONDS = 10L * 365 * 24 * 3600
