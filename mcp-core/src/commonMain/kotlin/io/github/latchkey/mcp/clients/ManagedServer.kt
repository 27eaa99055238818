package io.github.latchkey.mcp.clients

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.McpSession
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ServerNotification
import io.github.latchkey.mcp.SessionClosedException
import io.github.latchkey.mcp.SubscriptionFilter
import io.github.latchkey.mcp.Tool
import io.github.latchkey.mcp.WarningEvent
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.takeWhile
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlin.concurrent.Volatile
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeMark

/** One server of a group: its session, when it has one, and what it listed last. */
internal class ManagedServer(
    val name: String,
    private val member: McpClients.Member,
    builder: McpClients.Builder,
    private val scope: CoroutineScope,
) {
    private val toolsTtl = builder.toolsTtl
    private val firstPause = builder.firstPause
    private val longestPause = builder.longestPause
    private val timeSource = member.options.timeSource

    private val connecting = Mutex()
    private val listing = Mutex()

    // Both guarded by `connecting`.
    private var failure: Failure? = null
    private var watching: Job? = null

    // Written under `connecting`.
    @Volatile
    private var live: McpSession? = null

    @Volatile
    private var isClosed = false

    // Written under `listing`, and emptied by the watcher of changes.
    @Volatile
    private var listed: Listed? = null

    private class Failure(
        val reason: McpException,
        val pause: Duration,
        val until: TimeMark,
    )

    private class Listed(
        val session: McpSession,
        val tools: List<Tool>,
        val staleAt: TimeMark,
    )

    /** The tools of the server, or why there are none. */
    class Listing(
        val tools: List<Tool>,
        val failure: McpException?,
    )

    suspend fun session(): McpSession =
        live?.takeUnless { it.hasEnded } ?: connecting.withLock { live?.takeUnless { it.hasEnded } ?: connect() }

    suspend fun listing(): Listing =
        try {
            Listing(tools(), null)
        } catch (e: McpException) {
            Listing(emptyList(), e)
        }

    suspend fun close() {
        isClosed = true
        connecting.withLock {
            watching?.cancel()
            live?.close()
        }
    }

    private suspend fun tools(): List<Tool> =
        listing.withLock {
            val session = session()
            listed?.takeIf { it.session === session && it.staleAt.hasNotPassedNow() }?.let { return@withLock it.tools }
            // Before the list is fetched, so that a change while it is fetched makes it stale.
            val fresh = Listed(session, emptyList(), timeSource.markNow() + toolsTtl)
            listed = fresh
            val tools = session.listTools()
            if (listed === fresh) listed = Listed(session, tools, fresh.staleAt)
            tools
        }

    private suspend fun connect(): McpSession {
        if (isClosed) throw closed()
        failure?.takeIf { it.until.hasNotPassedNow() }?.let { throw it.reason }
        watching?.cancel()
        val session =
            try {
                McpClient.open(member.transport, scope, member.options)
            } catch (e: McpException) {
                val pause = failure?.let { minOf(it.pause * 2, longestPause) } ?: firstPause
                failure = Failure(e, pause, timeSource.markNow() + maxOf(pause, e.retryAfterSeconds?.seconds ?: pause))
                throw e
            }
        failure = null
        live = session
        listed = null
        watching = if (session.server.capabilities.tools?.listChanged == true) scope.launch { watch(session) } else null
        return session
    }

    /** Makes the list stale when the server says that it has changed. */
    private suspend fun watch(session: McpSession) {
        try {
            session
                .subscribe(SubscriptionFilter { toolsChanged() })
                .takeWhile { !session.hasEnded }
                .collect { if (it is ServerNotification.ToolsChanged || it is ServerNotification.Subscribed) listed = null }
        } catch (e: McpException) {
            // The list still gets stale with time, and the session says itself what is wrong with it.
            if (!session.hasEnded && member.options.events.isListening) {
                member.options.events.onEvent(WarningEvent("changes of the tools of $name are not heard: ${e.message}"))
            }
        }
    }

    private fun closed() =
        SessionClosedException(
            "the group is closed",
            FailureDetails(Phase.CONNECT, member.transport.endpoint, "open another group: this one is not usable after close"),
        )
}
