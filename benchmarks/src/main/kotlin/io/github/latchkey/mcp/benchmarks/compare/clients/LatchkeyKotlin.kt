package io.github.latchkey.mcp.benchmarks.compare.clients

import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.McpSession
import io.github.latchkey.mcp.RequestOptions
import io.github.latchkey.mcp.benchmarks.compare.Client
import io.github.latchkey.mcp.benchmarks.compare.Kind
import io.github.latchkey.mcp.benchmarks.compare.SuspendingClient
import io.github.latchkey.mcp.http.HttpTransportOptions
import io.github.latchkey.mcp.http.StreamableHttpTransport
import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.engine.cio.CIO
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import java.util.concurrent.atomic.AtomicLong
import kotlin.coroutines.EmptyCoroutineContext

/** Latchkey for Kotlin, on [engine], or else as it comes: on OkHttp, which is on the class path. */
open class LatchkeyKotlin protected constructor(
    private val engine: HttpClientEngine?,
) : SuspendingClient() {
    private val scope = CoroutineScope(EmptyCoroutineContext + SupervisorJob())
    private lateinit var session: McpSession

    constructor() : this(null)

    override suspend fun connect(url: String) {
        val options = if (engine == null) HttpTransportOptions.DEFAULT else HttpTransportOptions { engine(engine) }
        session = McpClient.open(StreamableHttpTransport(url, options), scope)
    }

    override suspend fun request(kind: Kind): Long =
        when (kind) {
            Kind.LIST_TOOLS -> session.listTools().size.toLong()
            Kind.CALL_WITH_PROGRESS -> callWithProgress(kind)
            else -> session.callTool(Client.TOOL) { put(Client.ARGUMENT, kind.text()) }.text.length.toLong()
        }

    private suspend fun callWithProgress(kind: Kind): Long {
        val heard = AtomicLong()
        val options = RequestOptions { onProgress { heard.incrementAndGet() } }
        session.callTool(Client.TOOL, buildJsonObject { put(Client.ARGUMENT, kind.text()) }, options)
        return heard.get()
    }

    override suspend fun end() {
        if (::session.isInitialized) session.close()
        scope.cancel()
    }
}

/** Latchkey for Kotlin on CIO, which opens a connection for each request. */
class LatchkeyKotlinCio : LatchkeyKotlin(ENGINE) {
    private companion object {
        val ENGINE = CIO.create()
    }
}
