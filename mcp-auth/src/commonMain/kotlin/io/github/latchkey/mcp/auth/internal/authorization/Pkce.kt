package io.github.latchkey.mcp.auth.internal.authorization

import io.github.latchkey.mcp.auth.AuthorizationStep.SERVER_METADATA
import io.github.latchkey.mcp.auth.CodeVerifier
import io.github.latchkey.mcp.auth.OAuthCrypto
import io.github.latchkey.mcp.auth.authorizationFailed
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import kotlin.io.encoding.Base64

private val base64Url = Base64.UrlSafe.withPadding(Base64.PaddingOption.ABSENT)

/** 256 random bits in 43 characters of `A-Z a-z 0-9 - _`: a `state`, or a code verifier (RFC 7636 §4.1). */
internal fun randomToken(crypto: OAuthCrypto): String = base64Url.encode(crypto.randomBytes(32))

/** The code challenge of method S256 (RFC 7636 §4.2). */
internal fun codeChallenge(
    verifier: CodeVerifier,
    crypto: OAuthCrypto,
): String = base64Url.encode(crypto.sha256(verifier.value.encodeToByteArray()))

/** Metadata that do not promise S256 are not good enough (MCP, Authorization Code Protection); without any metadata nothing can be promised. */
internal fun requirePkce(server: AuthorizationServer) {
    if (server.isByConvention || "S256" in server.codeChallengeMethodsSupported.orEmpty()) return
    throw authorizationFailed(
        SERVER_METADATA,
        server.issuer,
        "the authorization server ${server.issuer} does not say that it supports PKCE with S256",
        "ask the operator of the authorization server to support PKCE and to say so in its metadata",
        expected = "code_challenge_methods_supported with S256",
    )
}
