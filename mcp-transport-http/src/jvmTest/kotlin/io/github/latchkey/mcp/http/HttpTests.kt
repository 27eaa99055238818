package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.EraMemory
import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.McpEvent
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpSession
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.http.internal.EndpointUrl
import io.github.latchkey.mcp.http.internal.EngineKind
import io.github.latchkey.mcp.http.internal.EnginePool
import io.github.latchkey.mcp.http.internal.HttpEngine
import io.github.latchkey.mcp.http.internal.OkHttpEngine
import io.github.latchkey.mcp.http.internal.ProxyEnvironment
import io.github.latchkey.mcp.http.internal.ProxyRules
import io.github.latchkey.mcp.http.internal.StreamableHttpConnection
import io.github.latchkey.mcp.http.internal.cioEngine
import io.github.latchkey.mcp.test.RawConnection
import io.github.latchkey.mcp.test.RawScript
import io.github.latchkey.mcp.test.RawServer
import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.ExchangeContext
import kotlinx.coroutines.coroutineScope
import java.util.concurrent.CopyOnWriteArrayList

/** An engine that every test of the socket is run on. */
internal class TestEngine(
    val name: String,
    val engine: HttpEngine,
) {
    override fun toString(): String = name
}

internal val CIO_ENGINE = TestEngine("CIO", cioEngine())
internal val OKHTTP_ENGINE = TestEngine("OkHttp", OkHttpEngine())
internal val ENGINES = listOf(CIO_ENGINE, OKHTTP_ENGINE)

/** Uses [engine], or those of the process if it is null. */
internal fun HttpTransportOptions.Builder.on(engine: TestEngine?) {
    httpEngine = engine?.engine
}

/** Runs [block] with a connection to [url] and closes it. */
internal suspend fun <T> TestEngine.connected(
    url: String,
    events: McpEvents = McpEvents.NONE,
    configure: HttpTransportOptions.Builder.() -> Unit = {},
    block: suspend (Connection) -> T,
): T =
    coroutineScope {
        val options = HttpTransportOptions {
            on(this@connected)
            configure()
        }
        val connection = StreamableHttpTransport(url, options).open(this, events)
        try {
            block(connection)
        } finally {
            connection.close(context(version = null, phase = Phase.CLOSE))
        }
    }

/** Connects to [url] in the session era, whose own stream is on with [hasServerStream], and runs [block]. */
internal suspend fun <T> TestEngine.session(
    url: String,
    events: McpEvents = McpEvents.NONE,
    hasServerStream: Boolean = false,
    configure: HttpTransportOptions.Builder.() -> Unit = {},
    block: suspend (McpSession) -> T,
): T {
    val options =
        HttpTransportOptions {
            on(this@session)
            serverStream(hasServerStream)
            configure()
        }
    val client =
        ClientOptions {
            events(events)
            eraMemory(EraMemory())
            protocolVersions(ProtocolVersion.entries.filterNot { it.isStateless })
        }
    return McpClient.connect(StreamableHttpTransport(url, options), client, block)
}

/** The same on an engine that the pool makes for the proxy and TLS settings that [configure] sets. */
internal suspend fun <T> EnginePool.connected(
    url: String,
    configure: HttpTransportOptions.Builder.() -> Unit = {},
    block: suspend (Connection) -> T,
): T =
    coroutineScope {
        val options = HttpTransportOptions(configure)
        val connection = StreamableHttpConnection(EndpointUrl(url), { open(options) }, options, McpEvents.NONE, this)
        try {
            block(connection)
        } finally {
            connection.close(context(version = null, phase = Phase.CLOSE))
        }
    }

/** Runs [block] with engines of [kind], made from the options, and closes them. */
internal suspend fun <T> withPool(kind: EngineKind, proxies: ProxyRules = NO_PROXIES, block: suspend (EnginePool) -> T): T {
    val pool = EnginePool(kind, proxies)
    try {
        return block(pool)
    } finally {
        pool.closeAll()
    }
}

/** Neither the JVM nor the environment names a proxy. */
internal val NO_PROXIES = ProxyRules(ProxyEnvironment { null }, { null }, { null })

/** Sends `tools/list` with id 1 in the revision of [context]. */
internal suspend fun Connection.listTools(
    context: ExchangeContext = context(),
    onRelated: suspend (JsonRpcMessage) -> Unit = {},
) = exchange(request("tools/list"), context, onRelated)

internal fun request(method: String, params: String = "{}", id: Int = 1): JsonRpcRequest =
    JsonRpcMessage.parse("""{"jsonrpc":"2.0","id":$id,"method":"$method","params":$params}""") as JsonRpcRequest

internal fun context(
    version: ProtocolVersion? = ProtocolVersion.V2026_07_28,
    phase: Phase = Phase.REQUEST,
    isBestEffort: Boolean = false,
): ExchangeContext = ExchangeContext(version, phase, isBestEffort = isBestEffort)

internal val SESSION_CONTEXT get() = context(ProtocolVersion.V2025_11_25)

internal const val RESULT = """{"jsonrpc":"2.0","id":1,"result":{"tools":[]}}"""
internal val JSON = mapOf("Content-Type" to "application/json")

/** A server that treats every request of every connection by [answer]. */
internal fun answering(answer: RawConnection.() -> Unit): RawServer =
    RawServer.start(RawScript { connection -> while (connection.readRequest() != null) connection.answer() })

/** A server that answers every request with [data], each as an event of a stream that it then ends. */
internal fun streaming(vararg data: String): RawServer =
    answering {
        startChunked()
        data.forEach { sendChunk(event(it)) }
        sendChunk("")
    }

internal fun event(data: String): String = "data: $data\n\n"

/** Keeps what it hears. */
internal class EventLog : McpEvents {
    val events = CopyOnWriteArrayList<McpEvent>()

    override fun onEvent(event: McpEvent) {
        events += event
    }

    inline fun <reified T : McpEvent> all(): List<T> = events.filterIsInstance<T>()
}
