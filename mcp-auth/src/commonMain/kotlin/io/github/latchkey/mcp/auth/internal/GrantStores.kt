package io.github.latchkey.mcp.auth.internal

import io.github.latchkey.mcp.auth.Grant
import io.github.latchkey.mcp.auth.GrantKey
import io.github.latchkey.mcp.auth.MemoryTokenStore
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.auth.TokenStore

/**
 * Where grants are: in the application's store what another process could use, in memory what only this authorizer can. The latter are those bound
 * to a key that lives no longer than it, and those that nobody was asked for: a store does not tell for whom the program got them.
 */
internal class GrantStores(
    private val options: OAuthOptions,
) {
    private val own = MemoryTokenStore()
    private val isUnattended = options.grant.isUnattended

    fun storeOf(grant: Grant): TokenStore =
        if (isUnattended || (grant.keyThumbprint != null && options.dpopKey == null)) own else options.tokenStore

    /** The grant of [key], and where it is. */
    suspend fun find(key: GrantKey): Pair<Grant, TokenStore>? =
        stores.firstNotNullOfOrNull { store -> store.findGrant(key)?.let { it to store } }

    suspend fun findKey(endpoint: String, user: String?): GrantKey? = stores.firstNotNullOfOrNull { it.findGrantKey(endpoint, user) }

    private val stores: List<TokenStore> get() = if (isUnattended) listOf(own) else listOf(own, options.tokenStore)
}
