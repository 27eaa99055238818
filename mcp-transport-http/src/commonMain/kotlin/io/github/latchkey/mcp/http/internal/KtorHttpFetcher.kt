package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.HttpAnswer
import io.github.latchkey.mcp.MessageTooLargeException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.transport.Deadline
import io.github.latchkey.mcp.transport.HttpFetcher
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.setBody
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.bodyAsChannel
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpMethod
import io.ktor.http.content.OutgoingContent
import io.ktor.http.takeFrom
import kotlinx.coroutines.cancel
import kotlinx.coroutines.withTimeoutOrNull

/**
 * Fetches the documents of a sign-in with a Ktor client.
 *
 * @param openEngine gives the client of one fetch, which is closed after it: a sign-in may outlive the connection it began on
 */
internal class KtorHttpFetcher(
    private val openEngine: () -> EngineClient,
    private val connectTimeoutMillis: Long,
) : HttpFetcher {
    override suspend fun fetch(request: HttpFetcher.Request): HttpFetcher.Response {
        val builder = HttpRequestBuilder()
        build(builder, request)
        val shown = withoutQueryValues(request.url)
        return withTimeoutOrNull(request.timeoutMillis) { exchange(builder, request, shown) } ?: throw timedOut(request, shown)
    }

    private fun build(builder: HttpRequestBuilder, request: HttpFetcher.Request) {
        builder.method = HttpMethod.parse(request.method)
        builder.url.takeFrom(parseHttpUrl(request.url))
        builder.headers[HttpHeaders.UserAgent] = "latchkey"
        builder.headers[HttpHeaders.AcceptEncoding] = ACCEPTED_ENCODING
        val type = request.headers.entries.find { it.key.equals(HttpHeaders.ContentType, ignoreCase = true) }
        for ((name, value) in request.headers - setOfNotNull(type?.key)) {
            checkHeader(name, value)
            builder.headers[name] = value
        }
        request.body?.let { builder.setBody(TextBody(it, type?.value)) }
    }

    private suspend fun exchange(builder: HttpRequestBuilder, request: HttpFetcher.Request, shown: String): HttpFetcher.Response {
        val engine = openEngine()
        try {
            return engine.execute(
                builder,
                connectTimeoutMillis,
                { fault, cause -> fault.beforeAnswer(shown, Phase.AUTHORIZE, connectTimeoutMillis, cause) },
            ) { response -> read(engine, response, request, shown) }
        } finally {
            engine.close()
        }
    }

    private suspend fun read(
        engine: EngineClient,
        response: HttpResponse,
        request: HttpFetcher.Request,
        shown: String,
    ): HttpFetcher.Response {
        val status = response.status.value
        val encoding = contentEncoding(response.headers)
        val openDecoder = { if (encoding == ACCEPTED_ENCODING) engine.openGzip() else null }
        val bytes = ByteAccumulator()
        AnswerBody(response.bodyAsChannel(), Deadline.NONE, openDecoder) { brokenOff(shown, status, it) }
            .use { it.readTo(bytes, request.maxBytes) }
        if (bytes.size > request.maxBytes) {
            response.cancel()
            throw tooLarge(request, shown, status)
        }
        // Not every engine reports that a body ended early.
        val announced = response.headers[HttpHeaders.ContentLength]?.toLongOrNull().takeIf { encoding == null }
        if (announced != null && bytes.size < announced && request.method != "HEAD") throw brokenOff(shown, status, cause = null)
        return HttpFetcher.Response(status, joinedHeaders(response.headers), bytes.decode())
    }

    private fun brokenOff(shown: String, status: Int, cause: Throwable?) =
        UnreachableException(
            "the answer from $shown broke off",
            FailureDetails(
                Phase.AUTHORIZE,
                shown,
                "try again; if it keeps happening, look at the server",
                HttpAnswer(status),
                isRetryable = true,
            ),
            cause,
        )

    private fun timedOut(request: HttpFetcher.Request, shown: String) =
        RequestTimeoutException(
            "$shown did not answer ${request.method} within ${request.timeoutMillis} ms",
            "fetch",
            request.timeoutMillis,
            FailureDetails(
                Phase.AUTHORIZE,
                shown,
                "try again; if it keeps happening, look at the authorization server",
                isRetryable = true,
            ),
        )

    private fun tooLarge(request: HttpFetcher.Request, shown: String, status: Int) =
        MessageTooLargeException(
            "$shown answered with more than ${request.maxBytes} bytes",
            "maxBytes",
            request.maxBytes.toLong(),
            FailureDetails(Phase.AUTHORIZE, shown, "check the URL: no document of a sign-in is that large", HttpAnswer(status)),
        )
}

private class TextBody(
    text: String,
    type: String?,
) : OutgoingContent.ByteArrayContent() {
    private val bytes = text.encodeToByteArray()

    override val contentType: ContentType? = type?.let(ContentType::parse)

    override val contentLength: Long get() = bytes.size.toLong()

    override fun bytes(): ByteArray = bytes
}
