package io.github.latchkey.mcp.auth

/**
 * Signs JSON Web Tokens with one private key (RFC 7515, RFC 7519). The key itself stays inside: an implementation may keep it in hardware or ask
 * a service. On the JVM, `JwtSigners` reads keys and makes new ones. Called concurrently; [toString] must not show the key.
 */
public interface JwtSigner {
    /** The `alg` of RFC 7518, such as `ES256`; asymmetric. */
    public val algorithm: String

    /** The `kid` by which a server finds the public key, or null. */
    public val keyId: String?

    /** The public key as a JSON Web Key (RFC 7517), or null if it cannot be told; DPoP needs it. */
    public val publicJwk: String?

    /** The JWS in compact serialization of [claims] under [header], both JSON objects; [header] is complete, with [algorithm] in it. */
    public suspend fun sign(header: String, claims: String): String
}
