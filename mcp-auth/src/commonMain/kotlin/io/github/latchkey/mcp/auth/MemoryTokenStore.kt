package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.auth.internal.store.EndpointOfUser
import io.github.latchkey.mcp.auth.internal.store.TokenRecords
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext

/** Keeps everything in memory, for as long as the store lives. */
public class MemoryTokenStore : TokenStore {
    private val records = MutableStateFlow(TokenRecords())
    private val mutex = Mutex() // guards updates
    private val updates = HashMap<GrantKey, Mutex>()

    override suspend fun findGrantKey(endpoint: String, user: String?): GrantKey? = records.value.grantKeys[EndpointOfUser(endpoint, user)]

    override suspend fun saveGrantKey(endpoint: String, key: GrantKey): Unit =
        records.update { it.withGrantKey(EndpointOfUser(endpoint, key.user), key) }

    override suspend fun removeGrantKey(endpoint: String, user: String?): Unit =
        records.update { it.withGrantKey(EndpointOfUser(endpoint, user), null) }

    override suspend fun findGrant(key: GrantKey): Grant? = records.value.grants[key]

    override suspend fun updateGrant(key: GrantKey, change: suspend (Grant?) -> Grant?): Grant? =
        mutex.withLock { updates.getOrPut(key) { Mutex() } }.withLock {
            withContext(NonCancellable) {
                change(findGrant(key)).also { changed -> records.update { it.withGrant(key, changed) } }
            }
        }

    override suspend fun findRegistration(issuer: String): ClientRegistration? = records.value.registrations[issuer]

    override suspend fun saveRegistration(registration: ClientRegistration): Unit = records.update { it.withRegistration(registration) }

    override suspend fun removeRegistration(registration: ClientRegistration): Unit =
        records.update { it.withoutRegistration(registration) }

    override fun toString(): String = "MemoryTokenStore"
}
