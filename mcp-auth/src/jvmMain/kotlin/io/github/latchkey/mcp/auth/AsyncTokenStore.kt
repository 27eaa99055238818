package io.github.latchkey.mcp.auth

import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.future.await
import kotlinx.coroutines.future.future
import kotlinx.coroutines.withContext
import java.util.concurrent.CompletionStage
import java.util.function.Function

/**
 * [TokenStore] for Java; the rules are the same. Each stage may complete with the [TokenStoreException] that the operation is to throw.
 */
public interface AsyncTokenStore {
    /** Completes with the key of the grant that [user] last used for [endpoint], or null. */
    public fun findGrantKey(endpoint: String, user: String?): CompletionStage<GrantKey?>

    public fun saveGrantKey(endpoint: String, key: GrantKey): CompletionStage<Void?>

    public fun removeGrantKey(endpoint: String, user: String?): CompletionStage<Void?>

    public fun findGrant(key: GrantKey): CompletionStage<Grant?>

    /**
     * Replaces the grant of [key] by what the stage of [change] completes with, null meaning none, and completes with it once it is stored. Until then
     * nobody else may change this grant. If [change] fails, so does this, and nothing is changed.
     */
    public fun updateGrant(key: GrantKey, change: Function<Grant?, CompletionStage<Grant?>>): CompletionStage<Grant?>

    public fun findRegistration(issuer: String): CompletionStage<ClientRegistration?>

    public fun saveRegistration(registration: ClientRegistration): CompletionStage<Void?>

    /** Forgets [registration], if it is still the one for its issuer. */
    public fun removeRegistration(registration: ClientRegistration): CompletionStage<Void?>

    /** This store as [OAuthOptions] take it. */
    public fun toTokenStore(): TokenStore = AsyncTokenStoreAdapter(this)
}

private class AsyncTokenStoreAdapter(
    private val async: AsyncTokenStore,
) : TokenStore {
    override suspend fun findGrantKey(endpoint: String, user: String?): GrantKey? = async.findGrantKey(endpoint, user).await()

    override suspend fun saveGrantKey(endpoint: String, key: GrantKey) {
        async.saveGrantKey(endpoint, key).await()
    }

    override suspend fun removeGrantKey(endpoint: String, user: String?) {
        async.removeGrantKey(endpoint, user).await()
    }

    override suspend fun findGrant(key: GrantKey): Grant? = async.findGrant(key).await()

    // Whether a change has begun is not known here, so nothing of it is cancelled.
    override suspend fun updateGrant(key: GrantKey, change: suspend (Grant?) -> Grant?): Grant? =
        withContext(NonCancellable) {
            coroutineScope { async.updateGrant(key) { present -> future { change(present) } }.await() }
        }

    override suspend fun findRegistration(issuer: String): ClientRegistration? = async.findRegistration(issuer).await()

    override suspend fun saveRegistration(registration: ClientRegistration) {
        async.saveRegistration(registration).await()
    }

    override suspend fun removeRegistration(registration: ClientRegistration) {
        async.removeRegistration(registration).await()
    }

    override fun toString(): String = async.toString()
}
