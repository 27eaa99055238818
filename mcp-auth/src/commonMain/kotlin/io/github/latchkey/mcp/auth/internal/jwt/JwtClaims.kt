package io.github.latchkey.mcp.auth.internal.jwt

import io.github.latchkey.mcp.auth.internal.JsonDocument
import io.github.latchkey.mcp.auth.internal.MalformedDocumentException
import kotlin.io.encoding.Base64

/** The claims of [jwt], which nobody has verified: for a token that came straight from its issuer (OpenID Connect Core §3.1.3.7). */
internal fun unverifiedClaims(jwt: String): JsonDocument {
    val parts = jwt.split('.')
    if (parts.size != 3) throw MalformedDocumentException("is no JWT")
    val payload =
        try {
            Base64.UrlSafe.withPadding(Base64.PaddingOption.PRESENT_OPTIONAL).decode(parts[1])
        } catch (expected: IllegalArgumentException) {
            throw MalformedDocumentException("is no JWT")
        }
    return JsonDocument.parse(payload.decodeToString())
}
