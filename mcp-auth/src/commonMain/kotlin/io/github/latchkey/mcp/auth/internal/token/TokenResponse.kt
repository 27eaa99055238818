package io.github.latchkey.mcp.auth.internal.token

import io.github.latchkey.mcp.auth.AccessToken
import io.github.latchkey.mcp.auth.Grant
import io.github.latchkey.mcp.auth.RefreshToken
import io.github.latchkey.mcp.auth.internal.Assertion
import io.github.latchkey.mcp.auth.internal.JsonDocument
import io.github.latchkey.mcp.auth.internal.MalformedDocumentException
import io.github.latchkey.mcp.auth.internal.discovery.scopesOf
import kotlin.time.Duration.Companion.seconds
import kotlin.time.Instant

/**
 * The answer of a token endpoint (RFC 6749 §5.1) to a request for [requestedScopes] that was sent at [now], and that proved possession of the key
 * [keyThumbprint] if that is not null. [mustBeBound] refuses a bearer token.
 */
internal fun parseGrant(
    text: String,
    requestedScopes: List<String>,
    now: Instant,
    keyThumbprint: String? = null,
    mustBeBound: Boolean = false,
): Grant {
    val document = JsonDocument.parse(text)
    val type = document.requireString("token_type")
    val isBound = type.equals("DPoP", ignoreCase = true) && keyThumbprint != null
    // A token of a kind that is not understood must not be used (RFC 6749 §7.1).
    if (!isBound && !type.equals("Bearer", ignoreCase = true)) throw MalformedDocumentException("has a token_type other than Bearer")
    if (!isBound && mustBeBound) throw MalformedDocumentException("is not bound to the key, although DPoP is required")
    val token = document.requireString("access_token")
    if (token.any { it !in '!'..'~' }) throw MalformedDocumentException("has an access_token that no header can hold")
    val expiresAt = document.seconds("expires_in")?.takeIf { it > 0 }?.let { now + minOf(it, MAX_LIFE_SECONDS).seconds }
    return Grant(
        accessToken = AccessToken(token, expiresAt),
        refreshToken = refreshTokenOf(document),
        requestedScopes = requestedScopes,
        grantedScopes = document.string("scope")?.let(::scopesOf)?.takeIf { it.isNotEmpty() } ?: requestedScopes,
        obtainedAt = now,
        keyThumbprint = keyThumbprint.takeIf { isBound },
    )
}

/** The ID-JAG in the answer to a token exchange, whose `token_type` is `N_A` (RFC 8693 §2.2.1; Enterprise-Managed Authorization §4.2). */
internal fun parseIdJag(text: String): Assertion {
    val document = JsonDocument.parse(text)
    val type = document.string("issued_token_type")
    if (type != null && type != TokenRequest.ID_JAG) throw MalformedDocumentException("has an issued_token_type other than id-jag")
    val token = document.requireString("access_token")
    if (token.any { it !in '!'..'~' }) throw MalformedDocumentException("has an access_token that is no JWT")
    return Assertion(token)
}

internal fun refreshTokenOf(document: JsonDocument): RefreshToken? =
    document.string("refresh_token")?.takeIf { it.isNotEmpty() }?.let(::RefreshToken)

private const val MAX_LIFE_SECONDS = 10L * 365 * 24 * 3600
