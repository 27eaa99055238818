package io.github.latchkey.mcp.auth

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.future.future
import java.util.concurrent.CompletableFuture

/** [SignIns] for Java: the sign-ins that a store remembers. Closing it cancels what still runs. */
public class SignInsFutures(
    store: TokenStore,
) : AutoCloseable {
    private val signIns = SignIns(store)
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default) // ended by close()

    /** The sign-in that [user] last used for the MCP endpoint at [endpoint]; completes with null if there is none. */
    @JvmOverloads
    public fun find(
        endpoint: String,
        user: String? = null,
    ): CompletableFuture<StoredSignIn?> = scope.future { signIns.find(endpoint, user) }

    /** Forgets that sign-in and its tokens; completes with what it was, or null if there is none. */
    @JvmOverloads
    public fun remove(endpoint: String, user: String? = null): CompletableFuture<StoredSignIn?> =
        scope.future { signIns.remove(endpoint, user) }

    override fun close(): Unit = scope.cancel()
}
