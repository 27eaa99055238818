package io.github.latchkey.mcp.benchmarks.peers

import io.github.latchkey.mcp.benchmarks.compare.Client.ARGUMENT
import io.github.latchkey.mcp.benchmarks.compare.Client.TOOL
import io.github.latchkey.mcp.benchmarks.compare.Kind
import io.github.latchkey.mcp.benchmarks.compare.SuspendingClient
import io.ktor.client.HttpClient
import io.ktor.client.engine.okhttp.OkHttp
import io.ktor.client.plugins.sse.SSE
import io.modelcontextprotocol.kotlin.sdk.client.Client
import io.modelcontextprotocol.kotlin.sdk.client.StreamableHttpClientTransport
import io.modelcontextprotocol.kotlin.sdk.shared.RequestOptions
import io.modelcontextprotocol.kotlin.sdk.types.Implementation
import io.modelcontextprotocol.kotlin.sdk.types.TextContent
import okhttp3.Dispatcher
import java.util.concurrent.atomic.AtomicLong

/** The official Kotlin SDK on OkHttp, whose limit of five requests to a host at once is lifted; one Ktor client for all sessions. */
class KotlinSdk : SuspendingClient() {
    private val client = Client(Implementation("compare", "1"))

    override suspend fun connect(url: String) = client.connect(StreamableHttpClientTransport(HTTP, url))

    override suspend fun request(kind: Kind): Long =
        when (kind) {
            Kind.LIST_TOOLS -> client.listTools().tools.size.toLong()
            Kind.CALL_WITH_PROGRESS -> callWithProgress(kind)
            else -> (client.callTool(TOOL, mapOf(ARGUMENT to kind.text())).content[0] as TextContent).text.length.toLong()
        }

    private suspend fun callWithProgress(kind: Kind): Long {
        val heard = AtomicLong()
        val options = RequestOptions(onProgress = { heard.incrementAndGet() })
        client.callTool(TOOL, mapOf(ARGUMENT to kind.text()), options = options)
        return heard.get()
    }

    override suspend fun end() = client.close()

    private companion object {
        val HTTP =
            HttpClient(OkHttp) {
                install(SSE)
                engine {
                    config {
                        dispatcher(
                            Dispatcher().apply {
                                maxRequests = 1024
                                maxRequestsPerHost = 1024
                            },
                        )
                    }
                }
            }
    }
}
