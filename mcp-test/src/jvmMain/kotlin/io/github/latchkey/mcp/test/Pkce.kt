package io.github.latchkey.mcp.test

import java.security.MessageDigest
import java.security.SecureRandom
import java.util.Base64

private val VERIFIER = Regex("[A-Za-z0-9._~-]{43,128}")
private val CHALLENGE = Regex("[A-Za-z0-9_-]{43}")
private val URL_SAFE = Base64.getUrlEncoder().withoutPadding()
private val RANDOM = SecureRandom()

/** Whether [challenge] has the form of an S256 challenge (RFC 7636 §4.2). */
internal fun isCodeChallenge(challenge: String): Boolean = CHALLENGE.matches(challenge)

/** Whether [verifier] has the form of a code verifier (RFC 7636 §4.1). */
internal fun isCodeVerifier(verifier: String): Boolean = VERIFIER.matches(verifier)

/** The S256 challenge of [verifier]. */
internal fun codeChallengeOf(verifier: String): String =
    URL_SAFE.encodeToString(MessageDigest.getInstance("SHA-256").digest(verifier.toByteArray(Charsets.US_ASCII)))

/** 256 random bits, for tokens, codes and secrets. */
internal fun randomToken(): String = URL_SAFE.encodeToString(ByteArray(32).also(RANDOM::nextBytes))
