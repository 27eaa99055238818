package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.http.internal.EndpointUrl
import io.github.latchkey.mcp.http.internal.StreamableHttpConnection
import io.github.latchkey.mcp.http.internal.engineClient
import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.Transport
import kotlinx.coroutines.CoroutineScope

/**
 * Reaches the MCP server at a URL by Streamable HTTP (MCP 2025-03-26 and later), or by HTTP+SSE (2024-11-05) if it speaks nothing
 * newer.
 *
 * Opening it does no I/O and starts nothing: each exchange is one POST in the coroutine of its caller. Unless the options name an
 * engine, all transports of a process with the same proxy and TLS settings share one, whose threads are daemons: OkHttp where
 * `ktor-client-okhttp` is on the class path, else CIO. [HttpEngines] closes them.
 *
 * @param url absolute, http or https, without user information and without a fragment; else [IllegalArgumentException] is thrown
 */
public class StreamableHttpTransport
@JvmOverloads
constructor(
    url: String,
    private val options: HttpTransportOptions = HttpTransportOptions.DEFAULT,
) : Transport {
    private val checkedUrl = EndpointUrl(url)

    override val endpoint: String get() = checkedUrl.text

    override suspend fun open(scope: CoroutineScope, events: McpEvents): Connection =
        StreamableHttpConnection(checkedUrl, { engineClient(options) }, options, events, scope)

    override fun toString(): String = "StreamableHttpTransport($checkedUrl)"
}
