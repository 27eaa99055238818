package io.github.latchkey.mcp.auth

import kotlin.jvm.JvmSynthetic
import kotlin.time.Instant

/** The sign-ins that [store] remembers, for an application to show and to end. Talks to no server. In Java, `SignInsFutures`. */
public class SignIns(
    private val store: TokenStore,
) {
    /** The sign-in that [user] last used for the MCP endpoint at [endpoint], or null. */
    @JvmSynthetic
    public suspend fun find(endpoint: String, user: String? = null): StoredSignIn? {
        val key = store.findGrantKey(endpoint, user) ?: return null
        return store.findGrant(key)?.let { StoredSignIn(key, it) }
    }

    /**
     * Forgets that sign-in and its tokens, and returns what it was; null if there is none. The registration of the client stays, for the next sign-in.
     * The tokens are not revoked at the authorization server, and a process that holds them already may use them until they end.
     */
    @JvmSynthetic
    public suspend fun remove(endpoint: String, user: String? = null): StoredSignIn? {
        val signIn = find(endpoint, user)
        signIn?.let { store.updateGrant(it.key) { null } }
        store.removeGrantKey(endpoint, user)
        return signIn
    }
}

/** What is known of a sign-in, without its secrets. */
public class StoredSignIn internal constructor(
    public val key: GrantKey,
    grant: Grant,
) {
    /** What was granted; empty if nobody named a scope. */
    public val scopes: List<String> = grant.grantedScopes

    /** When the present token was obtained. */
    public val obtainedAt: Instant = grant.obtainedAt

    /** When the present token ends; null if nobody said. */
    public val expiresAt: Instant? = grant.accessToken.expiresAt

    /** Whether the token can be replaced at its end without the person. */
    public val isRefreshable: Boolean = grant.refreshToken != null

    override fun toString(): String = "StoredSignIn($key, scopes=$scopes, expiresAt=$expiresAt, isRefreshable=$isRefreshable)"
}
