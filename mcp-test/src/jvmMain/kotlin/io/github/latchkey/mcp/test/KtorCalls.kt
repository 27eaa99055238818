package io.github.latchkey.mcp.test

import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.content.OutgoingContent
import io.ktor.server.application.ApplicationCall
import io.ktor.server.request.httpMethod
import io.ktor.server.request.path
import io.ktor.server.request.receive
import io.ktor.server.response.header
import io.ktor.server.response.respond
import io.ktor.server.response.respondBytesWriter
import io.ktor.utils.io.ByteWriteChannel
import io.ktor.utils.io.writeStringUtf8
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock

/** The request of this call, body included. */
internal suspend fun recordedRequest(call: ApplicationCall): RecordedRequest =
    RecordedRequest(
        method = call.request.httpMethod.value,
        path = call.request.path(),
        query = call.request.local.uri.substringAfter('?', ""),
        headers = call.request.headers.entries().associate { it.key to it.value },
        body = call.receive<ByteArray>().decodeToString(),
    )

/** Scheme and authority as the client addressed them. */
internal fun ApplicationCall.origin(): String = "http://" + request.headers[HttpHeaders.Host]

/** Answers [call] with [reply], and notes its status in [recorded] before the client can see it. */
internal suspend fun send(call: ApplicationCall, reply: HttpReply, recorded: RecordedRequest) {
    reply.headers.filterKeys { !it.equals(HttpHeaders.ContentType, ignoreCase = true) }.forEach { (name, value) ->
        call.response.header(name, value)
    }
    when (reply) {
        is HttpReply.Whole -> {
            recorded.status = reply.status
            call.respond(WholeBody(reply))
        }

        is HttpReply.Events -> {
            recorded.status = 200
            sendEvents(call, reply)
        }
    }
}

private suspend fun sendEvents(call: ApplicationCall, reply: HttpReply.Events) {
    call.response.header(HttpHeaders.CacheControl, "no-store")
    call.response.header("X-Accel-Buffering", "no")
    call.respondBytesWriter(ContentType.Text.EventStream, HttpStatusCode.OK) {
        val writing = Mutex()
        flush()
        coroutineScope {
            val keepAlive = launch { reply.keepAliveMillis?.let { keepAlive(this@respondBytesWriter, writing, it) } }
            if (reply.retryMillis != null && reply.resumesAt == null) {
                writing.withLock { writeEvent("id: ${reply.stream.id}:0\nretry: ${reply.retryMillis}\ndata:") }
            }
            reply.stream.follow(reply.resumesAt ?: 0, resumes = reply.resumesAt != null) { index, event ->
                val id = if (reply.retryMillis == null) "" else "id: ${reply.stream.id}:${index + 1}\n"
                writing.withLock { writeEvent(id + event) }
            }
            keepAlive.cancel()
        }
    }
}

private suspend fun keepAlive(channel: ByteWriteChannel, writing: Mutex, millis: Long) {
    while (true) {
        delay(millis)
        writing.withLock { channel.writeEvent(": keep-alive") }
    }
}

private suspend fun ByteWriteChannel.writeEvent(lines: String) {
    writeStringUtf8(lines + "\n\n")
    flush()
}

/** A body sent with its length, and with exactly the content type it was given. */
private class WholeBody(reply: HttpReply.Whole) : OutgoingContent.ByteArrayContent() {
    private val bytes = reply.body.encodeToByteArray()
    override val status = HttpStatusCode.fromValue(reply.status)
    override val contentType =
        (reply.contentType ?: reply.headers.entries.firstOrNull { it.key.equals(HttpHeaders.ContentType, ignoreCase = true) }?.value)
            ?.let(ContentType::parse)
    override val contentLength = bytes.size.toLong()

    override fun bytes(): ByteArray = bytes
}
