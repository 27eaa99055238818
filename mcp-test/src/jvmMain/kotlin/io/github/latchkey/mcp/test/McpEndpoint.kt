package io.github.latchkey.mcp.test

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay

/** What happens to an HTTP request to the MCP endpoint, from its arrival to its answer. */
internal class McpEndpoint(private val server: ScriptedMcpServer) {
    private val statelessEra = StatelessEra(server)
    private val sessionEra = SessionEra(server)

    /**
     * Answers [request] through [respond], called once. [background] runs what must outlive the connection;
     * cancelling the caller means that the client is gone.
     */
    suspend fun handle(
        request: RecordedRequest,
        endpointUrl: String,
        background: CoroutineScope,
        respond: suspend (HttpReply) -> Unit,
    ) {
        server.recordRequest(request)
        val scripted = server.answers.take()
        if (scripted != null) delay(scripted.delayMillis)
        if (scripted?.status != null) {
            return respond(HttpReply.Whole(scripted.status, null, scripted.body, scripted.headers))
        }
        val message = if (request.method == "POST") parseMessage(request.body) else null
        val protection = server.protection
        val access = protection?.access(request, message, endpointUrl) ?: Access.Granted(token = null)
        // With any answer there may be a nonce for the next request (RFC 9449 §8.2).
        val nonce = protection?.proofs?.currentNonce?.let { mapOf("DPoP-Nonce" to it) }.orEmpty()
        when (access) {
            is Access.Refused -> {
                access.violation?.let { server.addViolation("${request.line}: $it") }
                respond(access.reply.with(nonce))
            }

            is Access.Granted -> dispatch(request, message, access.token, background) { respond(it.with(nonce)) }
        }
    }

    private suspend fun dispatch(
        request: RecordedRequest,
        message: PostedMessage?,
        token: TokenInfo?,
        background: CoroutineScope,
        respond: suspend (HttpReply) -> Unit,
    ) {
        val hasSessions = server.revisions.any { it in McpRevisions.SESSION_ERA }
        when {
            message != null && isForStatelessEra(request, message) -> statelessEra.post(request, message, token, respond)
            message != null && hasSessions -> sessionEra.post(request, message, token, background, respond)
            message != null -> respond(refuseInitialize(request, message))
            hasSessions && request.method == "GET" -> sessionEra.get(request, respond)
            hasSessions && request.method == "DELETE" -> sessionEra.delete(request, respond)
            else -> respond(methodNotAllowed(request))
        }
    }

    /** A server of both eras tells them apart by the envelope; only `initialize` belongs to one era whatever it carries. */
    private fun isForStatelessEra(request: RecordedRequest, message: PostedMessage): Boolean =
        when {
            McpRevisions.STATELESS !in server.revisions || message.methodOrNull == "initialize" -> false
            isStateless(request, message) -> true
            server.revisions.size == 1 -> true
            else -> request.header("MCP-Protocol-Version").let { it != null && it !in McpRevisions.SESSION_ERA }
        }

    private fun refuseInitialize(request: RecordedRequest, message: PostedMessage): HttpReply {
        val requested = message.paramsOrNull?.string("protocolVersion").orEmpty()
        return server.refuse(request, message, unsupportedVersion(requested, server.revisions))
    }

    private fun methodNotAllowed(request: RecordedRequest): HttpReply {
        server.addViolation("${request.line}: the endpoint takes no ${request.method} in this revision")
        return emptyReply(405, mapOf("Allow" to "POST"))
    }
}
