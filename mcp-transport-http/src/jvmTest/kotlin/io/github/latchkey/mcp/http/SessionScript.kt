package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.test.RawConnection
import io.github.latchkey.mcp.test.RawServer
import io.github.latchkey.mcp.test.RecordedRequest
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.TimeSource

/**
 * A server of the session era, on plain sockets. It answers `initialize` with session `s-1`, then `s-2`, …, accepts notifications and
 * responses by [onNotice], and treats a request by [onPost] and a GET by [onGet].
 */
internal class SessionScript(
    private val version: ProtocolVersion = ProtocolVersion.V2025_11_25,
    private val hasIds: Boolean = true,
    private val onGet: RawConnection.(request: RecordedRequest, number: Int) -> Unit = { _, _ -> sendAnswer(405) },
    private val onNotice: RawConnection.(request: RecordedRequest) -> Unit = { sendAnswer(202) },
    private val onPost: RawConnection.(request: RecordedRequest) -> Unit = { sendAnswer(200, JSON, toolsResult(it.rpcId)) },
) : AutoCloseable {
    private val sessions = AtomicInteger()
    private val gets = AtomicInteger()

    /** When each GET arrived. */
    val getTimes = CopyOnWriteArrayList<TimeSource.Monotonic.ValueTimeMark>()
    val server: RawServer = RawServer.start { connection ->
        while (true) connection.answer(connection.readRequest() ?: break)
    }

    val url: String get() = server.url

    fun sent(method: String): List<RecordedRequest> = server.requests.filter { it.method == method }

    /** The JSON-RPC methods of the POSTs so far; `response` for those that are responses. */
    val posted: List<String> get() = sent("POST").map { it.jsonRpcMethod ?: "response" }

    override fun close() = server.close()

    private fun RawConnection.answer(request: RecordedRequest) {
        when {
            request.method == "GET" -> {
                getTimes += TimeSource.Monotonic.markNow()
                onGet(request, gets.incrementAndGet())
            }

            request.method == "DELETE" -> sendAnswer(200)

            request.jsonRpcMethod == "initialize" -> {
                val headers = if (hasIds) JSON + ("MCP-Session-Id" to "s-${sessions.incrementAndGet()}") else JSON
                sendAnswer(200, headers, initialized(request.rpcId, version))
            }

            request.jsonRpcMethod == null || request.jsonRpcMethod.orEmpty().startsWith("notifications/") -> onNotice(request)

            else -> onPost(request)
        }
    }
}

/** The id of the JSON-RPC request in the body, as JSON text. */
internal val RecordedRequest.rpcId: String get() = Regex("\"id\":(\"[^\"]*\"|-?\\d+)").find(body)?.groupValues?.get(1) ?: "null"

internal fun initialized(id: String, version: ProtocolVersion): String =
    """{"jsonrpc":"2.0","id":$id,"result":{"protocolVersion":"$version","capabilities":{},"serverInfo":{"name":"s","version":"1"}}}"""

internal fun toolsResult(id: String): String = """{"jsonrpc":"2.0","id":$id,"result":{"tools":[]}}"""

/** An event with an id, and `retry` if [retryMillis] is not null; empty [data] makes it a priming event. */
internal fun eventWithId(id: String, data: String = "", retryMillis: Long? = null): String =
    "id: $id\n" + (if (retryMillis == null) "" else "retry: $retryMillis\n") + "data: $data\n\n"

/** Sends a whole event stream, and ends it in good order. */
internal fun RawConnection.sendStream(vararg events: String) {
    startChunked()
    events.forEach(::sendChunk)
    sendChunk("")
}
