package io.github.latchkey.mcp.http.internal

import io.ktor.client.network.sockets.ConnectTimeoutException
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.withContext
import okhttp3.ConnectionPool
import okhttp3.ConnectionSpec
import okhttp3.Dispatcher
import okhttp3.HttpUrl
import okhttp3.HttpUrl.Companion.toHttpUrl
import okhttp3.Interceptor
import okhttp3.MediaType
import okhttp3.MediaType.Companion.toMediaTypeOrNull
import okhttp3.OkHttpClient
import okhttp3.Protocol
import okhttp3.Request
import okhttp3.RequestBody
import okhttp3.Response
import okio.BufferedSink
import java.net.HttpURLConnection.HTTP_UNAVAILABLE
import java.net.InetSocketAddress
import java.net.Proxy
import java.net.SocketTimeoutException
import java.util.concurrent.SynchronousQueue
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit

/**
 * OkHttp, called without Ktor between: kept from sending a request twice, from timing out on silent streams, and from keeping the
 * JVM alive. A thread of it sends a request, waits for the answer and reads the body; they are daemons, made when needed and ended
 * when they have been idle for a while.
 */
internal class OkHttpEngine(
    settings: EngineSettings = EngineSettings.DEFAULT,
) : HttpEngine {
    private val threads = ThreadPoolExecutor(0, Int.MAX_VALUE, THREAD_SECONDS, TimeUnit.SECONDS, SynchronousQueue(), ::EngineThread)

    private val plain =
        OkHttpClient
            .Builder()
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(false)
            .readTimeout(0, TimeUnit.MILLISECONDS)
            .writeTimeout(0, TimeUnit.MILLISECONDS)
            .callTimeout(0, TimeUnit.MILLISECONDS)
            .reach(settings.proxy)
            .connectionSpecs(listOf(ConnectionSpec.CLEARTEXT))
            .addNetworkInterceptor(::beginningAnswer)
            .addNetworkInterceptor(::withEndOfHttp10)
            .addNetworkInterceptor(::withoutImmediateRetry)
            // Servers on Node close after 5 s of idling: a request on such a connection would be lost.
            .connectionPool(ConnectionPool(MAX_IDLE_CONNECTIONS, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS))
            .dispatcher(
                Dispatcher(threads).apply {
                    maxRequests = Int.MAX_VALUE
                    maxRequestsPerHost = Int.MAX_VALUE
                },
            ).build()

    /** The same pools, with TLS. Made when it is needed, since it takes a while to read what the JDK trusts. */
    private val secure = lazy {
        val specs = listOf(ConnectionSpec.MODERN_TLS, ConnectionSpec.CLEARTEXT)
        plain.newBuilder().connectionSpecs(specs).identify(settings.tls).build()
    }

    // What most requests have in common with the one before, in one object each, as several threads take it.
    @Volatile
    private var lastClient = Limited(isSecure = false, plain.connectTimeoutMillis.toLong(), plain)

    @Volatile
    private var lastAddress: Address? = null

    override suspend fun <T> execute(request: EngineRequest, connectTimeoutMillis: Long, onAnswer: suspend (EngineAnswer) -> T): T {
        if (threads.isShutdown) throw EngineFaultException(JvmEngineFaults.engineClosed())
        val exchange = OkHttpExchange(client(request, connectTimeoutMillis).newCall(toOkHttp(request)), request)
        try {
            val answer =
                try {
                    exchange.start()
                } catch (e: SocketTimeoutException) {
                    throw if (isOfConnect(e)) ConnectTimeoutException(e.message.orEmpty(), e) else e
                }
            return onAnswer(answer)
        } finally {
            exchange.end()
        }
    }

    override fun close() {
        threads.shutdown()
        plain.connectionPool.evictAll()
    }

    private suspend fun client(request: EngineRequest, connectTimeoutMillis: Long): OkHttpClient {
        val isSecure = request.url.protocol.name == "https"
        val last = lastClient
        if (last.isSecure == isSecure && last.connectTimeoutMillis == connectTimeoutMillis) return last.client
        val client = if (isSecure) secureClient() else plain
        val limited = client.newBuilder().connectTimeout(connectTimeoutMillis, TimeUnit.MILLISECONDS).build()
        lastClient = Limited(isSecure, connectTimeoutMillis, limited)
        return limited
    }

    /** Made on a thread of the engine, as it blocks for a while. */
    private suspend fun secureClient(): OkHttpClient =
        if (secure.isInitialized()) secure.value else withContext(threads.asCoroutineDispatcher()) { secure.value }

    private fun toOkHttp(request: EngineRequest): Request {
        val builder = Request.Builder().url(urlOf(request))
        for ((name, value) in request.headers) builder.header(name, value)
        val body = request.body?.let(::Bytes) ?: NO_BODY.takeIf { request.method.value in WITH_BODY }
        return builder.method(request.method.value, body).build()
    }

    private fun urlOf(request: EngineRequest): HttpUrl {
        val last = lastAddress
        if (last != null && last.url === request.url) return last.parsed
        return request.url.toString().toHttpUrl().also { lastAddress = Address(request.url, it) }
    }

    private class Limited(
        val isSecure: Boolean,
        val connectTimeoutMillis: Long,
        val client: OkHttpClient,
    )

    private class Address(
        val url: io.ktor.http.Url,
        val parsed: HttpUrl,
    )

    private class Bytes(
        private val body: EngineBody,
    ) : RequestBody() {
        override fun contentType(): MediaType? =
            if (body.contentType == JSON_NAME) JSON else body.contentType?.toMediaTypeOrNull()

        override fun contentLength(): Long = body.bytes.size.toLong()

        /** In pieces of the size of OkHttp's own, which it then uses again and again. */
        override fun writeTo(sink: BufferedSink) {
            for (from in body.bytes.indices step PIECE_BYTES) {
                sink.write(body.bytes, from, minOf(PIECE_BYTES, body.bytes.size - from))
            }
        }
    }

    private companion object {
        const val MAX_IDLE_CONNECTIONS = 64
        const val KEEP_ALIVE_SECONDS = 4L
        const val THREAD_SECONDS = 5L
        const val PIECE_BYTES = 8 * 1024
        const val JSON_NAME = "application/json"
        val JSON: MediaType? = JSON_NAME.toMediaTypeOrNull()
        val NO_BODY = Bytes(EngineBody(ByteArray(0), contentType = null))

        /** OkHttp wants a body with these. */
        val WITH_BODY = setOf("POST", "PUT", "PATCH")

        /** Else it is of the TLS handshake, which OkHttp counts as reading. */
        fun isOfConnect(e: SocketTimeoutException): Boolean = e.message.orEmpty().contains("connect", ignoreCase = true)
    }
}

/** OkHttp knows HTTP proxies; SOCKS is left to the socket, which keeps passwords apart and names for the proxy to look up. */
private fun OkHttpClient.Builder.reach(proxy: ProxyServer?): OkHttpClient.Builder =
    when (proxy?.kind) {
        null -> proxy(Proxy.NO_PROXY).socketFactory(KeptSocketFactory(null))

        ProxyServer.Kind.HTTP ->
            proxy(Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host, proxy.port)))
                .proxyAuthenticator { _, response -> introduce(proxy, response) }
                .socketFactory(KeptSocketFactory(null))

        ProxyServer.Kind.SOCKS -> proxy(Proxy.NO_PROXY).dns(SocksNames()).socketFactory(KeptSocketFactory(proxy))
    }

/** OkHttp asks before the first CONNECT, with a 407 that it has made up, and then when the proxy sent one. */
private fun introduce(proxy: ProxyServer, response: Response): Request? {
    val isMadeUp = response.challenges().any { it.scheme == "OkHttp-Preemptive" }
    if (!isMadeUp) throw ProxyException(proxyRefusal(proxy, response.code))
    return basicCredentials(proxy)?.let { response.request.newBuilder().header("Proxy-Authorization", it).build() }
}

private fun OkHttpClient.Builder.identify(tls: TlsMaterial?): OkHttpClient.Builder {
    if (tls == null) return this
    val trustManager = TlsMaterial.trustManager(tls)
    return sslSocketFactory(tls.socketFactory(trustManager), trustManager)
}

private fun beginningAnswer(chain: Interceptor.Chain): Response {
    EngineThread.current().beginAnswer()
    return chain.proceed(chain.request())
}

/** An HTTP/1.0 server closes after its answer unless it says otherwise; OkHttp would keep the connection. */
private fun withEndOfHttp10(chain: Interceptor.Chain): Response {
    val response = chain.proceed(chain.request())
    val isLast = response.protocol == Protocol.HTTP_1_0 && !response.header("Connection").equals("keep-alive", ignoreCase = true)
    if (isLast) (chain.connection()?.socket() as? KeptSocket)?.endWithAnswer()
    return response
}

/** A 503 with `Retry-After: 0` makes OkHttp send the request again at once, whatever it is told about retries. */
private fun withoutImmediateRetry(chain: Interceptor.Chain): Response {
    val response = chain.proceed(chain.request())
    val isImmediate = response.code == HTTP_UNAVAILABLE && response.header("Retry-After")?.toLongOrNull() == 0L
    return if (isImmediate) response.newBuilder().removeHeader("Retry-After").build() else response
}
