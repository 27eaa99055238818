package io.github.latchkey.mcp.transport

import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.JsonRpcResponse
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import kotlinx.coroutines.CoroutineScope

/** A way to reach one MCP server. It holds no connection: [open] makes one. */
public interface Transport {
    /** Names the server: its URL, or a command line. Shown in errors, and the key under which a negotiated era is remembered. */
    public val endpoint: String

    /**
     * Makes a connection. What runs in the background for it is a child of [scope], so that its failure reaches the session.
     * A transport without background work does no I/O here: the first message tells.
     */
    public suspend fun open(scope: CoroutineScope, events: McpEvents): Connection
}

/** A connection to one server, as a session uses it. Callers of [exchange] may be many at once. */
public interface Connection {
    /** Whether annotated arguments of a tool go into headers as well (MCP 2026-07-28, Streamable HTTP, Custom Headers). */
    public val mirrorsParameters: Boolean get() = false

    /**
     * Sends [request], hands messages that belong to it to [onRelated] as they arrive, and returns the response: the server's
     * result or its JSON-RPC error. Runs in the caller's coroutine. Cancelling the caller cancels the request the way the
     * revision asks. Throws a [io.github.latchkey.mcp.McpException] when there is no response.
     */
    public suspend fun exchange(
        request: JsonRpcRequest,
        context: ExchangeContext,
        onRelated: suspend (JsonRpcMessage) -> Unit,
    ): JsonRpcResponse

    /**
     * Sends a message that wants no answer: a notification or, in the session era, a response. Returns when the server has
     * accepted it.
     */
    public suspend fun send(message: JsonRpcMessage, context: ExchangeContext)

    /**
     * Hands messages that belong to no exchange to [onMessage]: what a server sends of its own accord over a pipe, or on the
     * optional stream of the session era. Runs in the background of the session once the handshake is done. Returns where there is
     * no such thing, and throws when the connection is lost: that ends the session. After
     * [io.github.latchkey.mcp.SessionExpiredException] it is called again in another session.
     *
     * @param onReady to be called once messages can arrive: whoever connects waits for it, or for this function to return. May be
     * called more than once
     */
    public suspend fun listen(
        context: ExchangeContext,
        onReady: () -> Unit,
        onMessage: suspend (JsonRpcMessage) -> Unit,
    ): Unit = Unit

    /**
     * Another way to the same server, after the handshake met [failure]: an older transport behind the same URL, a fresh process.
     * The first request on it is `initialize`. Null where there is none. Whatever comes of it, [failure] is what the caller hears,
     * unless it works.
     */
    public suspend fun fallback(failure: McpException, context: ExchangeContext): Connection? = null

    /**
     * Ends the connection and tells the server where the revision has a way to. Safe to call twice; never throws for what the
     * server does.
     */
    public suspend fun close(context: ExchangeContext)
}
