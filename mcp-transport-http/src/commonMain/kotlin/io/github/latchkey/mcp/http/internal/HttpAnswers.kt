package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.HttpAnswer
import io.github.latchkey.mcp.JsonRpcError
import io.github.latchkey.mcp.JsonRpcFailure
import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.transport.HttpChallenge
import io.ktor.http.Headers
import io.ktor.http.HttpHeaders
import kotlinx.serialization.SerializationException

/** What an exception keeps of an answer; [body] is its start, null if it was not read. */
internal fun httpAnswer(status: Int, headers: Headers, body: String?, secrets: Collection<String>): HttpAnswer =
    HttpAnswer(
        status,
        tellingHeaders(headers),
        HttpChallenge.parse(headers.getAll(HttpHeaders.WWWAuthenticate).orEmpty()),
        body?.let { redacted(it, secrets) }?.takeIf { it.isNotEmpty() },
        body?.let(::findJsonRpcError),
    )

/** All headers: names in lower case, repeated ones joined (RFC 9110 §5.2). */
internal fun joinedHeaders(headers: Headers): Map<String, String> =
    buildMap { headers.forEach { name, values -> put(name.lowercase(), values.joinToString(", ")) } }

private fun tellingHeaders(headers: Headers): Map<String, String> =
    buildMap {
        for (name in TELLING_HEADERS) headers[name]?.let { put(name, it) }
        // Where a redirect leads may hold a login state.
        headers[HttpHeaders.Location]?.let { put("location", withoutQueryValues(it.substringBefore('#'))) }
    }

private fun findJsonRpcError(body: String): JsonRpcError? {
    // Most errors are told otherwise, if at all, and failing to parse them costs more than looking.
    if (JSON_RPC !in body || !body.trimStart().startsWith('{')) return null
    return try {
        (JsonRpcMessage.parse(body) as? JsonRpcFailure)?.error
    } catch (_: SerializationException) {
        null
    }
}

private const val JSON_RPC = "\"jsonrpc\""

private val TELLING_HEADERS =
    listOf("allow", "content-length", "content-type", "date", "mcp-protocol-version", "retry-after", "server", "via", "x-request-id")
