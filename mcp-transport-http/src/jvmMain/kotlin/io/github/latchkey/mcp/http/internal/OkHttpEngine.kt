package io.github.latchkey.mcp.http.internal

import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.engine.okhttp.OkHttp
import okhttp3.ConnectionPool
import okhttp3.Dispatcher
import okhttp3.Interceptor
import okhttp3.OkHttpClient
import okhttp3.Protocol
import okhttp3.Response
import okhttp3.ResponseBody.Companion.asResponseBody
import okio.Buffer
import okio.ForwardingSource
import okio.Source
import okio.buffer
import java.io.IOException
import java.net.HttpURLConnection.HTTP_UNAVAILABLE
import java.util.concurrent.TimeUnit

/** OkHttp, kept from sending a request twice, from timing out on silent streams, and from keeping the JVM alive. */
internal fun okHttpEngine(): HttpClientEngine =
    OkHttp.create {
        val threads = EngineThreads()
        dispatcher = threads
        // Ktor turns it on for a client that is given to it, after the builder below.
        config { retryOnConnectionFailure(false) }
        preconfigured =
            OkHttpClient
                .Builder()
                .followRedirects(false)
                .followSslRedirects(false)
                .readTimeout(0, TimeUnit.MILLISECONDS)
                .writeTimeout(0, TimeUnit.MILLISECONDS)
                .callTimeout(0, TimeUnit.MILLISECONDS)
                .socketFactory(KeptSocketFactory())
                .addNetworkInterceptor(::withEndOfHttp10)
                .addNetworkInterceptor(::withoutImmediateRetry)
                .addInterceptor { withQuietEnd(it, threads) }
                // Servers on Node close after 5 s of idling: a request on such a connection would be lost.
                .connectionPool(ConnectionPool(MAX_IDLE_CONNECTIONS, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS))
                .dispatcher(
                    Dispatcher(threads.executor).apply {
                        maxRequests = Int.MAX_VALUE
                        maxRequestsPerHost = Int.MAX_VALUE
                    },
                ).build()
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

/**
 * Lets a body that breaks off end like any other. Ktor drops the bytes that are not read yet when a body fails, and with them a
 * response that came whole before the connection broke. Whether a message is complete is checked where it is read. A body that
 * breaks off before its first byte has nothing to lose, and must not look empty.
 */
private fun withQuietEnd(chain: Interceptor.Chain, threads: EngineThreads): Response {
    val response = chain.proceed(chain.request())
    val body = response.body
    val quiet = QuietSource(body.source(), threads).buffer()
    return response.newBuilder().body(quiet.asResponseBody(body.contentType(), body.contentLength())).build()
}

private class QuietSource(
    source: Source,
    private val threads: EngineThreads,
) : ForwardingSource(source) {
    private var hasBegun = false

    override fun read(sink: Buffer, byteCount: Long): Long {
        threads.beforeBlocking()
        return try {
            super.read(sink, byteCount).also { hasBegun = true }
        } catch (e: IOException) {
            if (hasBegun) -1 else throw e
        }
    }
}

private const val MAX_IDLE_CONNECTIONS = 64
private const val KEEP_ALIVE_SECONDS = 4L
