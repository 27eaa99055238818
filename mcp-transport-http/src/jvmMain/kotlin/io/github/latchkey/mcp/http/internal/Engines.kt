package io.github.latchkey.mcp.http.internal

import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngine
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers

/** A client on [engine], or the client that this process shares if it is null. */
internal fun engineClient(engine: HttpClientEngine?): EngineClient =
    if (engine == null) SharedClient.value else EngineClient(plainClient(engine), JvmEngineFaults(engine), isShared = false)

/** The engine that suits best of those on the class path. */
internal fun defaultEngine(): HttpClientEngine = if (isOkHttpPresent()) okHttpEngine() else cioEngine()

/**
 * Where engines run. OkHttp blocks a thread for every answer that is being read, and CIO one for its selector; those are daemons,
 * made when needed, and not taken from the 64 that `Dispatchers.IO` has for everybody.
 */
internal val engineDispatcher: CoroutineDispatcher = Dispatchers.IO.limitedParallelism(MAX_ENGINE_THREADS, "latchkey-http")

/**
 * Made at first use and kept until the process ends: threads of an engine are daemons, and its idle connections close within
 * seconds.
 */
private object SharedClient {
    val value: EngineClient by lazy {
        val engine = defaultEngine()
        val client: HttpClient = plainClient(engine)
        EngineClient(client, JvmEngineFaults(engine), isShared = true)
    }
}

private fun isOkHttpPresent(): Boolean =
    try {
        Class.forName("io.ktor.client.engine.okhttp.OkHttp", false, EngineClient::class.java.classLoader)
        true
    } catch (_: ClassNotFoundException) {
        false
    }

private const val MAX_ENGINE_THREADS = 10_000
