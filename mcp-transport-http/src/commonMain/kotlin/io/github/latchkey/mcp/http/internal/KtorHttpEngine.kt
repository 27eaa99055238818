package io.github.latchkey.mcp.http.internal

import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.plugins.HttpTimeoutCapability
import io.ktor.client.plugins.timeout
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.prepareRequest
import io.ktor.client.request.setBody
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.bodyAsChannel
import io.ktor.http.ContentType
import io.ktor.http.Headers
import io.ktor.http.content.OutgoingContent
import io.ktor.http.takeFrom
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.readAvailable
import kotlinx.coroutines.cancel

/**
 * Any engine of Ktor.
 *
 * @param limitsHandshake whether it ends a TLS handshake that takes too long by itself
 * @param owned the engine, if it is to be closed together with the client
 */
internal class KtorHttpEngine(
    private val client: HttpClient,
    private val limitsHandshake: Boolean,
    private val owned: HttpClientEngine? = null,
) : HttpEngine {
    private val hasConnectTimeout = client.isSupported(HttpTimeoutCapability)

    override suspend fun <T> execute(request: EngineRequest, connectTimeoutMillis: Long, onAnswer: suspend (EngineAnswer) -> T): T {
        val builder = HttpRequestBuilder()
        build(builder, request)
        if (hasConnectTimeout) builder.timeout { this.connectTimeoutMillis = connectTimeoutMillis }
        return withHandshakeLimit(builder, connectTimeoutMillis.takeUnless { limitsHandshake }) {
            client.prepareRequest(builder).execute { response -> onAnswer(KtorAnswer(response, response.bodyAsChannel())) }
        }
    }

    override fun close() {
        client.close()
        owned?.close()
    }

    private fun build(builder: HttpRequestBuilder, request: EngineRequest) {
        builder.method = request.method
        builder.url.takeFrom(request.url)
        request.headers.forEach { (name, value) -> builder.headers[name] = value }
        request.body?.let { builder.setBody(Bytes(it)) }
    }

    private class Bytes(
        private val body: EngineBody,
    ) : OutgoingContent.ByteArrayContent() {
        override val contentType: ContentType? = body.contentType?.let(ContentType::parse)

        override val contentLength: Long get() = body.bytes.size.toLong()

        override fun bytes(): ByteArray = body.bytes
    }

    private class KtorAnswer(
        private val response: HttpResponse,
        private val channel: ByteReadChannel,
    ) : EngineAnswer {
        override val status: Int get() = response.status.value
        override val headers: Headers get() = response.headers
        override val failure: Throwable? get() = channel.closedCause

        override suspend fun read(into: ByteArray, from: Int, count: Int): Int = channel.readAvailable(into, from, count)

        override fun takeWhole(): ByteArray? = null

        override fun abandon() = response.cancel()
    }
}

/** A client that hands over answers as they come: no redirects, no retries, no exceptions for a status, no conversions. */
internal fun plainClient(engine: HttpClientEngine): HttpClient = HttpClient(engine) { plain() }

/** The same with the engine and the plugins of [client], which stays as it is. */
internal fun plainClient(client: HttpClient): HttpClient = client.config { plain() }

private fun HttpClientConfig<*>.plain() {
    expectSuccess = false
    followRedirects = false
    useDefaultTransformers = false
}
