package io.github.latchkey.mcp.http.internal

import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.setBody
import io.ktor.http.ContentType
import io.ktor.http.Headers
import io.ktor.http.HttpStatusCode
import io.ktor.http.content.OutgoingContent
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.Job
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull

/**
 * Ends [send] with an [EngineFaultException] if [request] is not written within [limitMillis]; null for no limit. For engines that
 * limit the TCP connect alone: they ask for the body of a request when TLS, and the tunnel of a proxy, are there.
 */
internal suspend fun <T> withHandshakeLimit(request: HttpRequestBuilder, limitMillis: Long?, send: suspend () -> T): T {
    if (limitMillis == null || request.url.protocol.name != "https") return send()
    val isWritten = Job()
    request.setBody(watched(request.body, isWritten))
    return coroutineScope {
        val watcher =
            launch {
                // A connect that takes as long has its own limit in the engine, and that should be the one to be told.
                withTimeoutOrNull(limitMillis + GRACE_MILLIS) { isWritten.join() } ?: throw EngineFaultException(HANDSHAKE_TIMEOUT)
            }
        try {
            send()
        } finally {
            watcher.cancel()
            isWritten.complete()
        }
    }
}

private fun watched(body: Any, isWritten: CompletableJob): Any =
    when (body) {
        is OutgoingContent.ByteArrayContent -> WatchedBytes(body, isWritten)
        is OutgoingContent.NoContent -> WatchedNothing(isWritten)
        else -> body.also { isWritten.complete() }
    }

private class WatchedBytes(
    private val body: OutgoingContent.ByteArrayContent,
    private val isWritten: CompletableJob,
) : OutgoingContent.ByteArrayContent() {
    override val contentType: ContentType? get() = body.contentType
    override val contentLength: Long? get() = body.contentLength
    override val status: HttpStatusCode? get() = body.status
    override val headers: Headers get() = body.headers

    override fun bytes(): ByteArray {
        isWritten.complete()
        return body.bytes()
    }
}

private class WatchedNothing(
    private val isWritten: CompletableJob,
) : OutgoingContent.NoContent() {
    override val headers: Headers
        get() {
            isWritten.complete()
            return Headers.Empty
        }
}

private val HANDSHAKE_TIMEOUT =
    EngineFault(
        EngineFault.Kind.TLS_TIMEOUT,
        "the TLS handshake was not done",
        "check that the port speaks TLS, and that this machine can reach the host: network, proxy, firewall",
    )

private const val GRACE_MILLIS = 100L
