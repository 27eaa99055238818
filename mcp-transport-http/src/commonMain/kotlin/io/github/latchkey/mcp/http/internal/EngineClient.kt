package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.McpException
import io.ktor.http.HttpHeaders
import io.ktor.http.Url
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlin.io.encoding.Base64

/** Finds, for one connection or fetch, the engine that reaches a server the way the options say. Thread-safe. */
internal interface EngineRoutes : AutoCloseable {
    val faults: EngineFaults

    /** How to reach the server of [url]; throws [EngineFaultException] if that cannot be done the way the options say. */
    fun routeTo(url: Url): EngineRoute

    fun openGzip(): ContentDecoder

    /** Gives up what it holds; never an engine that others use. */
    override fun close()
}

/** @property proxy what stands between us and the server; null for nothing */
internal class EngineRoute(
    val engine: HttpEngine,
    val proxy: ProxyServer? = null,
)

/** Sends requests on engines, and says what their exceptions mean. */
internal class EngineClient(
    private val routes: EngineRoutes,
) {
    /**
     * Sends [request] and hands the answer to [onAnswer] when its headers are there. Its connection is free or closed when this
     * returns. [unanswered] makes the failure of a request that had no answer; what [onAnswer] throws passes as it is.
     */
    // A cancellation that is not the caller's is the engine's way to say that it failed.
    @Suppress("SuspendFunSwallowedCancellation")
    suspend fun <T> execute(
        request: EngineRequest,
        connectTimeoutMillis: Long,
        unanswered: (fault: EngineFault, cause: Exception) -> McpException,
        onAnswer: suspend (EngineAnswer) -> T,
    ): T {
        val progress = Progress()
        try {
            val route = routes.routeTo(request.url)
            progress.proxy = route.proxy
            introduceToProxy(request, route.proxy)
            return route.engine.execute(request, connectTimeoutMillis) { answer ->
                checkProxy(route.proxy, answer)
                progress.isAnswered = true
                onAnswer(answer)
            }
        } catch (e: Exception) { // engines throw what they like
            // First: of a caller that was cancelled with a cause, Ktor throws the cause.
            currentCoroutineContext().ensureActive()
            throw if (progress.isAnswered) e else unanswered(judge(e, progress.proxy), e)
        }
    }

    /** What it means that a body broke off. */
    fun judgeBody(cause: Throwable): EngineFault = faultOf(cause, routes.faults::judge)

    fun openGzip(): ContentDecoder = routes.openGzip()

    /** Gives up what it holds; never an engine that others use. */
    fun close() = routes.close()

    private fun judge(cause: Throwable, proxy: ProxyServer?): EngineFault =
        judgeBody(cause).let { if (proxy == null) it else it.through(proxy) }

    /** Only a request that goes to the proxy itself; a tunnel has its own (RFC 9110 §11.7.1). */
    private fun introduceToProxy(request: EngineRequest, proxy: ProxyServer?) {
        if (proxy == null || proxy.kind != ProxyServer.Kind.HTTP || request.url.protocol.name != "http") return
        basicCredentials(proxy)?.let { request.header(HttpHeaders.ProxyAuthorization, it) }
    }

    private fun checkProxy(proxy: ProxyServer?, answer: EngineAnswer) {
        if (proxy == null || answer.status != PROXY_AUTHENTICATION_REQUIRED) return
        throw EngineFaultException(proxyRefusal(proxy, PROXY_AUTHENTICATION_REQUIRED))
    }

    private class Progress {
        var proxy: ProxyServer? = null
        var isAnswered = false
    }
}

/** The value of `Proxy-Authorization` (RFC 7617); null if the proxy has no credentials. */
internal fun basicCredentials(proxy: ProxyServer): String? =
    proxy.user?.let { "Basic " + Base64.encode("$it:${proxy.password.orEmpty()}".encodeToByteArray()) }
