package io.github.latchkey.mcp.auth

/**
 * Where an assertion comes from: a token that somebody else has issued and that an authorization server takes for a grant, such as the JWT of a
 * workload (RFC 7523 §2.1) or the ID token of a person. On the JVM, `AssertionSources` reads files.
 */
public fun interface AssertionSource {
    /**
     * An assertion that is good now. Asked again for every token request, since assertions live for minutes. [audience] is the issuer that is to
     * take it, for platforms that issue one for each audience. Whatever is thrown fails the step. Cancelled with the request that needs it.
     */
    public suspend fun assertion(audience: String): String
}
