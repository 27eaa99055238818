package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.http.HttpTransportOptions
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngine
import io.ktor.http.URLBuilder
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers

/** The engines that this process shares. Threads of an engine are daemons, and its idle connections close within seconds. */
internal val sharedEngines: EnginePool by lazy { EnginePool(EngineKind.best) }

/** The engine or client that the options name, or those that this process shares. */
internal fun engineClient(options: HttpTransportOptions): EngineClient {
    val engine = options.engine
    val client = options.client
    return when {
        engine != null -> EngineClient(OwnRoutes(plainClient(engine), engine))
        client != null -> EngineClient(OwnRoutes(plainClient(client), client.engine))
        else -> sharedEngines.open(options)
    }
}

/**
 * Where engines run. OkHttp blocks a thread for every answer that is being read, and CIO one for its selector; those are daemons,
 * made when needed, and not taken from the 64 that `Dispatchers.IO` has for everybody.
 */
internal val engineDispatcher: CoroutineDispatcher = Dispatchers.IO.limitedParallelism(MAX_ENGINE_THREADS, "latchkey-http")

/** One way to all servers: that of the engine that the caller brought, whose proxy is not known here. */
private class OwnRoutes(
    private val client: HttpClient,
    engine: HttpClientEngine,
) : EngineRoutes {
    private val isCio = engine::class.java.name.startsWith("io.ktor.client.engine.cio.")
    private val route = EngineRoute(client, limitsHandshake = !isCio)

    override val faults = JvmEngineFaults(isCio)

    override fun routeTo(url: URLBuilder): EngineRoute = route

    override fun openGzip(): ContentDecoder = GzipDecoder()

    override fun close() = client.close()
}

private const val MAX_ENGINE_THREADS = 10_000
