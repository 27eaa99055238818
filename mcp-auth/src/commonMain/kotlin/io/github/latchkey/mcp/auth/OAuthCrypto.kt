package io.github.latchkey.mcp.auth

/** What a sign-in needs of the platform's cryptography. */
public interface OAuthCrypto {
    public fun sha256(bytes: ByteArray): ByteArray

    /** [count] bytes that nobody can guess. */
    public fun randomBytes(count: Int): ByteArray

    /** A signer with a new key, for the first of [algorithms] that this platform knows; null if it knows none. */
    public fun newSigner(algorithms: List<String>): JwtSigner? = null
}
