package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.transport.ExchangeContext
import io.ktor.http.HttpMethod

/**
 * A message on its way to the endpoint, or the DELETE that ends a session. May be sent several times, with other credentials each
 * time.
 *
 * @property rpcMethod the JSON-RPC method; null if there is none
 * @property subject the tool, prompt, resource or task it is about; null if there is none
 * @property sessionId the session it belongs to; null if there is none
 * @property headers those of MCP
 * @property body null for none
 * @property isRequest whether there is a response to wait for
 */
internal class HttpCall(
    val httpMethod: HttpMethod,
    val rpcMethod: String?,
    val subject: String?,
    val sessionId: String?,
    val headers: Map<String, String>,
    val body: ByteArray?,
    val context: ExchangeContext,
    val isRequest: Boolean = false,
) {
    /**
     * Whether the server may be working on it: it was sent, and neither answered nor lost. Touched by the coroutine of the call
     * alone.
     */
    var isInFlight: Boolean = false

    /** What it is, for messages. */
    val name: String get() = rpcMethod ?: if (body == null) httpMethod.value else "a response"
}
