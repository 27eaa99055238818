package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.HttpAnswer
import io.github.latchkey.mcp.MessageTooLargeException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.transport.Deadline
import io.github.latchkey.mcp.transport.HttpFetcher
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpMethod
import kotlinx.coroutines.withTimeoutOrNull

/**
 * Fetches the documents of a sign-in with the engines of the transport.
 *
 * @param openEngine gives the client of one fetch, which is closed after it: a sign-in may outlive the connection it began on
 */
internal class EngineHttpFetcher(
    private val openEngine: () -> EngineClient,
    private val connectTimeoutMillis: Long,
) : HttpFetcher {
    override suspend fun fetch(request: HttpFetcher.Request): HttpFetcher.Response {
        val sent = build(request)
        val shown = withoutQueryValues(request.url)
        return withTimeoutOrNull(request.timeoutMillis) { exchange(sent, request, shown) } ?: throw timedOut(request, shown)
    }

    private fun build(request: HttpFetcher.Request): EngineRequest {
        val sent = EngineRequest(HttpMethod.parse(request.method), parseHttpUrl(request.url))
        sent.header(HttpHeaders.UserAgent, "latchkey")
        sent.header(HttpHeaders.AcceptEncoding, ACCEPTED_ENCODING)
        val type = request.headers.entries.find { it.key.equals(HttpHeaders.ContentType, ignoreCase = true) }
        for ((name, value) in request.headers - setOfNotNull(type?.key)) {
            checkHeader(name, value)
            sent.header(name, value)
        }
        sent.body = request.body?.let { EngineBody(it.encodeToByteArray(), type?.value) }
        return sent
    }

    private suspend fun exchange(sent: EngineRequest, request: HttpFetcher.Request, shown: String): HttpFetcher.Response {
        val engine = openEngine()
        try {
            return engine.execute(
                sent,
                connectTimeoutMillis,
                { fault, cause -> fault.beforeAnswer(shown, Phase.AUTHORIZE, connectTimeoutMillis, cause) },
            ) { answer -> read(engine, answer, request, shown) }
        } finally {
            engine.close()
        }
    }

    private suspend fun read(
        engine: EngineClient,
        answer: EngineAnswer,
        request: HttpFetcher.Request,
        shown: String,
    ): HttpFetcher.Response {
        val status = answer.status
        val encoding = contentEncoding(answer.headers)
        val openDecoder = { if (encoding == ACCEPTED_ENCODING) engine.openGzip() else null }
        val bytes = ByteAccumulator()
        AnswerBody(answer, Deadline.NONE, openDecoder) { brokenOff(shown, status, it) }
            .use { it.readTo(bytes, request.maxBytes) }
        if (bytes.size > request.maxBytes) {
            answer.abandon()
            throw tooLarge(request, shown, status)
        }
        // Not every engine reports that a body ended early.
        val announced = answer.headers[HttpHeaders.ContentLength]?.toLongOrNull().takeIf { encoding == null }
        if (announced != null && bytes.size < announced && request.method != "HEAD") throw brokenOff(shown, status, cause = null)
        return HttpFetcher.Response(status, joinedHeaders(answer.headers), bytes.decode())
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
