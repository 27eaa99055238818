package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.Background
import io.github.latchkey.mcp.internal.ConnectTrace
import io.github.latchkey.mcp.internal.Exchanges
import io.github.latchkey.mcp.internal.Incoming
import io.github.latchkey.mcp.internal.LiveSession
import io.github.latchkey.mcp.internal.Negotiator
import io.github.latchkey.mcp.internal.Notifications
import io.github.latchkey.mcp.internal.ResultCache
import io.github.latchkey.mcp.internal.RunningDeadline
import io.github.latchkey.mcp.internal.ServerRequests
import io.github.latchkey.mcp.internal.tellingOf
import io.github.latchkey.mcp.internal.withinTime
import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.Deadline
import io.github.latchkey.mcp.transport.ExchangeContext
import io.github.latchkey.mcp.transport.Transport
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withContext
import kotlin.jvm.JvmSynthetic
import kotlin.time.Duration

/**
 * Connects to MCP servers. Both ways of connecting return when the revision is negotiated and, where the server asked for it, the
 * sign-in is done.
 */
public object McpClient {
    /**
     * Connects, runs [block] with the session, and closes the session when [block] ends, however it ends. A failure in the
     * background of the session cancels [block] and is thrown from here, as it is.
     *
     * Throws [McpException] when the connection cannot be made; then nothing of it is left.
     */
    @JvmSynthetic
    public suspend fun <T> connect(
        transport: Transport,
        options: ClientOptions = ClientOptions.DEFAULT,
        block: suspend (McpSession) -> T,
    ): T =
        coroutineScope {
            val session = establish(transport, options, Background.failingInto(this))
            try {
                block(session)
            } finally {
                withContext(NonCancellable) { session.close() }
            }
        }

    /**
     * Connects and returns a session that lives until [McpSession.close] or until [scope] ends; its coroutines are children of
     * [scope]. A failure in the background closes the session, not [scope]: every later call throws it.
     *
     * Throws [McpException] when the connection cannot be made; then nothing of it is left.
     */
    @JvmSynthetic
    public suspend fun open(
        transport: Transport,
        scope: CoroutineScope,
        options: ClientOptions = ClientOptions.DEFAULT,
    ): McpSession = establish(transport, options, Background.endingAlone(scope))

    private suspend fun establish(transport: Transport, options: ClientOptions, background: Background): McpSession {
        val trace = ConnectTrace(options.events)
        val deadline = connectDeadline(transport, options)
        var session: McpSession? = null
        try {
            session = deadline.enforce(background.ended) { handshake(transport, options, background, trace, deadline) }
            return session
        } catch (e: McpException) {
            e.trace = trace.end()
            throw e
        } finally {
            trace.end()
            if (session == null) withContext(NonCancellable) { background.stop() }
        }
    }

    private suspend fun handshake(
        transport: Transport,
        options: ClientOptions,
        background: Background,
        events: McpEvents,
        deadline: Deadline,
    ): McpSession {
        val connection = transport.open(background.scope, events).tellingOf(events)
        var session: McpSession? = null
        try {
            val cache = ResultCache(options.timeSource)
            val incoming =
                Incoming(connection, background.scope, events, ServerRequests(options), Notifications(events, cache))
            val exchanges = Exchanges(transport.endpoint, connection, incoming)
            val negotiated = Negotiator(exchanges, options, events, deadline).negotiate()
            val live = LiveSession(negotiated.exchanges, background, options, events, negotiated, cache)
            live.listen(deadline)
            session = McpSession(live, background, events, options)
            return session
        } finally {
            if (session == null) withContext(NonCancellable) { closeAfterFailure(connection, options) }
        }
    }

    private suspend fun closeAfterFailure(connection: Connection, options: ClientOptions) =
        withinTime(options.closeTimeout) { connection.close(ExchangeContext(null, Phase.CLOSE, isBestEffort = true)) }

    private fun connectDeadline(transport: Transport, options: ClientOptions) =
        RunningDeadline(
            options.timeSource,
            silence = Duration.INFINITE,
            absolute = options.connectTimeout,
            absoluteName = "connect",
            phase = Phase.CONNECT,
            endpoint = transport.endpoint,
            subject = "connecting to ${transport.endpoint}",
        )
}
