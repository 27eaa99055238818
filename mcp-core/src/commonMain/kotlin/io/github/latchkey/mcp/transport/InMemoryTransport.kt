package io.github.latchkey.mcp.transport

import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.JsonRpcResponse
import io.github.latchkey.mcp.McpEvents
import kotlinx.coroutines.CoroutineScope
import kotlin.jvm.JvmOverloads

/** A server in the same process: every request is a function call, without a socket, in the caller's coroutine. */
public class InMemoryTransport @JvmOverloads constructor(
    private val server: InMemoryServer,
    override val endpoint: String = "memory:server",
) : Transport {
    override suspend fun open(scope: CoroutineScope, events: McpEvents): Connection = InMemoryConnection(server)
}

/** The other end of an [InMemoryTransport]. Called concurrently. */
public interface InMemoryServer {
    /** Answers [request]; messages that go before the answer are handed to [send]. Cancelled when the client cancels. */
    public suspend fun respond(request: JsonRpcRequest, send: suspend (JsonRpcMessage) -> Unit): JsonRpcResponse

    /** Takes a message that wants no answer: a notification, or the client's answer to a request of the server. */
    public suspend fun receive(message: JsonRpcMessage): Unit = Unit

    /** The client has closed the connection. */
    public suspend fun close(): Unit = Unit
}

private class InMemoryConnection(
    private val server: InMemoryServer,
) : Connection {
    override suspend fun exchange(
        request: JsonRpcRequest,
        context: ExchangeContext,
        onRelated: suspend (JsonRpcMessage) -> Unit,
    ): JsonRpcResponse =
        server.respond(request) {
            context.deadline.signOfLife()
            onRelated(it)
        }

    override suspend fun send(message: JsonRpcMessage, context: ExchangeContext) = server.receive(message)

    override suspend fun close(context: ExchangeContext) = server.close()
}
