package io.github.latchkey.mcp.auth

import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock

/** Keeps everything in memory, for as long as the store lives. */
public class MemoryTokenStore : TokenStore {
    private val mutex = Mutex() // guards the four maps
    private val grantKeys = HashMap<String, GrantKey>()
    private val grants = HashMap<GrantKey, Grant>()
    private val updates = HashMap<GrantKey, Mutex>()
    private val registrations = HashMap<String, ClientRegistration>()

    override suspend fun findGrantKey(endpoint: String): GrantKey? = mutex.withLock { grantKeys[endpoint] }

    override suspend fun saveGrantKey(endpoint: String, key: GrantKey): Unit = mutex.withLock { grantKeys[endpoint] = key }

    override suspend fun findGrant(key: GrantKey): Grant? = mutex.withLock { grants[key] }

    override suspend fun updateGrant(key: GrantKey, change: suspend (Grant?) -> Grant?): Grant? =
        mutex.withLock { updates.getOrPut(key) { Mutex() } }.withLock {
            val changed = change(findGrant(key))
            mutex.withLock { if (changed == null) grants.remove(key) else grants[key] = changed }
            changed
        }

    override suspend fun findRegistration(issuer: String): ClientRegistration? = mutex.withLock { registrations[issuer] }

    override suspend fun saveRegistration(registration: ClientRegistration): Unit =
        mutex.withLock { registrations[registration.issuer] = registration }

    override suspend fun removeRegistration(registration: ClientRegistration): Unit =
        mutex.withLock {
            if (registrations[registration.issuer]?.clientId == registration.clientId) registrations.remove(registration.issuer)
        }

    override fun toString(): String = "MemoryTokenStore"
}
