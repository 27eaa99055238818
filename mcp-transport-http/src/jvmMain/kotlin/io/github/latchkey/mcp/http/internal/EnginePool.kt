package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.http.HttpTransportOptions
import io.github.latchkey.mcp.http.TlsOptions
import io.ktor.http.Url
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/**
 * The engines of a process: one for each setting of proxy and TLS, made when it is first needed and shared by all connections. One
 * that nobody uses stays, with its idle connections, until [MAX_IDLE] others do. The engine without settings always stays.
 */
internal class EnginePool(
    private val kind: EngineKind,
    private val proxies: ProxyRules = ProxyRules(),
) {
    private val lock = ReentrantLock()

    // Guarded by lock. Those that were borrowed last stand last.
    private val engines = LinkedHashMap<EngineSettings, PooledEngine>()

    /** How many engines there are. */
    val size: Int get() = lock.withLock { engines.size }

    /** The engines for one connection, or one fetch. */
    fun open(options: HttpTransportOptions): EngineClient = EngineClient(PooledRoutes(this, kind, proxies, options))

    fun borrow(settings: EngineSettings): PooledEngine =
        lock.withLock {
            val engine = engines.remove(settings) ?: PooledEngine(kind, settings)
            engines[settings] = engine
            engine.users++
            engine
        }

    fun giveBack(engine: PooledEngine) {
        lock.withLock {
            engine.users--
            if (engine.isRetired && engine.users == 0) engine.close()
            val idle = engines.values.filter { it.users == 0 && it.settings != EngineSettings.DEFAULT }
            for (surplus in idle.dropLast(MAX_IDLE)) {
                engines.remove(surplus.settings)
                surplus.close()
            }
        }
    }

    /** Closes all engines: at once what nobody uses, and the others when their last connection is closed. */
    fun closeAll() {
        lock.withLock {
            for (engine in engines.values) if (engine.users == 0) engine.close() else engine.isRetired = true
            engines.clear()
        }
    }

    companion object {
        const val MAX_IDLE = 4
    }
}

/** An engine, and who holds it. */
internal class PooledEngine(
    kind: EngineKind,
    val settings: EngineSettings,
) {
    private val engine = kind.create(settings)

    val route = EngineRoute(engine, settings.proxy)

    // Both guarded by the pool's lock: how many connections hold it, and whether no other may.
    var users = 0
    var isRetired = false

    fun close() = engine.close()
}

/** The way of one connection through the engines of [pool]. */
private class PooledRoutes(
    private val pool: EnginePool,
    private val kind: EngineKind,
    private val proxies: ProxyRules,
    private val options: HttpTransportOptions,
) : EngineRoutes {
    private val lock = ReentrantLock()

    // Guarded by lock.
    private val borrowed = HashMap<EngineSettings, PooledEngine>()
    private var isClosed = false

    // Most connections talk to one server, whose proxy need not be looked up each time.
    @Volatile
    private var last: Destination? = null

    override val faults = JvmEngineFaults(kind == EngineKind.CIO)

    override fun routeTo(url: Url): EngineRoute {
        val known = last
        if (known != null && known.isFor(url)) return known.engine.route
        val engine = borrow(settingsFor(url))
        last = Destination(url.protocol.name, url.host, url.port, engine)
        return engine.route
    }

    override fun openGzip(): ContentDecoder = GzipDecoder()

    override fun close() {
        lock.withLock {
            isClosed = true
            borrowed.values.forEach(pool::giveBack)
            borrowed.clear()
        }
    }

    private fun borrow(settings: EngineSettings): PooledEngine =
        lock.withLock {
            if (isClosed) throw EngineFaultException(JvmEngineFaults.engineClosed())
            borrowed.getOrPut(settings) { pool.borrow(settings) }
        }

    private fun settingsFor(url: Url): EngineSettings {
        val scheme = url.protocol.name
        val proxy = proxies.proxyFor(options.proxy, scheme, url.host, url.port)
        val tls = (options.tls as TlsOptions?)?.material
        if (kind == EngineKind.CIO) {
            CioLimits.check(scheme, proxy, proxies.ofJvm(scheme, url.host, url.port), tls)
            if (scheme == "https") return EngineSettings(proxy, tls, url.host.removeSurrounding("[", "]"))
        }
        return EngineSettings(proxy, tls)
    }
}

private class Destination(
    private val scheme: String,
    private val host: String,
    private val port: Int,
    val engine: PooledEngine,
) {
    fun isFor(url: Url): Boolean = url.port == port && url.host == host && url.protocol.name == scheme
}
