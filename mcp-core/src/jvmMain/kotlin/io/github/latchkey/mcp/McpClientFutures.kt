package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.call
import io.github.latchkey.mcp.transport.Transport
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.cancel
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executor

/** [McpClient] for Java. */
public object McpClientFutures {
    /**
     * Connects. The future completes with a session that is ready for use, or with the [McpException] that says why there is
     * none; then nothing is left running. Cancelling the future stops the attempt and closes its socket; cancelling a stage
     * derived from it does not. Without an [executor], connecting begins in the thread of the caller, but for the first connect of a
     * process, and waits for nothing there.
     *
     * @param executor runs the callbacks and the coroutines of the session; null for the shared default one, and for the thread that
     * waits for a future of the session in `get()` or `join()`: it does the work of that call meanwhile
     */
    @JvmStatic
    @JvmOverloads
    public fun connect(
        transport: Transport,
        options: ClientOptions = ClientOptions.DEFAULT,
        executor: Executor? = null,
    ): CompletableFuture<McpSessionFutures> {
        val dispatcher = executor?.asCoroutineDispatcher() ?: Dispatchers.Default
        // Ended by McpSessionFutures.close, or below when there is no session to close.
        val scope = CoroutineScope(SupervisorJob() + dispatcher)
        val connected = scope.call(start()) { McpSessionFutures(McpClient.open(transport, scope, options), scope) }
        connected.whenComplete { _, failure ->
            hasConnected = true
            if (failure != null) scope.cancel()
        }
        return connected
    }

    /**
     * The first connect of a process loads classes for some hundred milliseconds, which is no work for the thread of a user interface.
     * Others begin where they are called, as any call does.
     */
    private fun start() = if (hasConnected) CoroutineStart.UNDISPATCHED else CoroutineStart.DEFAULT

    @Volatile
    private var hasConnected = false
}
