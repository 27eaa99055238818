package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.http.HttpTransportOptions
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngine
import io.ktor.http.Url
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
        else -> options.httpEngine?.let { EngineClient(GivenRoutes(it)) } ?: sharedEngines.open(options)
    }
}

/**
 * Where CIO runs. It blocks a thread for its selector; that is a daemon, made when needed, and not taken from the 64 that
 * `Dispatchers.IO` has for everybody.
 */
internal val engineDispatcher: CoroutineDispatcher = Dispatchers.IO.limitedParallelism(MAX_ENGINE_THREADS, "latchkey-http")

/** One way to all servers: that of the engine that the caller brought, whose proxy is not known here. */
private open class GivenRoutes(
    engine: HttpEngine,
    isCio: Boolean = engine is KtorHttpEngine,
) : EngineRoutes {
    private val route = EngineRoute(engine)

    override val faults = JvmEngineFaults(isCio)

    override fun routeTo(url: Url): EngineRoute = route

    override fun openGzip(): ContentDecoder = GzipDecoder()

    override fun close() = Unit
}

/** The same with a client of our own on that engine. */
private class OwnRoutes private constructor(
    private val client: HttpClient,
    isCio: Boolean,
) : GivenRoutes(KtorHttpEngine(client, limitsHandshake = !isCio), isCio) {
    constructor(client: HttpClient, engine: HttpClientEngine) :
        this(client, engine::class.java.name.startsWith("io.ktor.client.engine.cio."))

    override fun close() = client.close()
}

private const val MAX_ENGINE_THREADS = 10_000
