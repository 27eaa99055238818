package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** What an endpoint answers, before it is written by Ktor. */
internal sealed interface HttpReply {
    val headers: Map<String, String>

    /** The same with [more] headers. */
    fun with(more: Map<String, String>): HttpReply =
        when (this) {
            is Whole -> Whole(status, contentType, body, headers + more)
            is Events -> Events(stream, resumesAt, retryMillis, keepAliveMillis, headers + more)
        }

    class Whole(
        val status: Int,
        val contentType: String?,
        val body: String,
        override val headers: Map<String, String> = emptyMap(),
    ) : HttpReply

    /** The events of [stream], from index [resumesAt] on if that is not null; with ids and [retryMillis] if it can be resumed. */
    class Events(
        val stream: EventStream,
        val resumesAt: Int?,
        val retryMillis: Long?,
        val keepAliveMillis: Long?,
        override val headers: Map<String, String> = emptyMap(),
    ) : HttpReply
}

internal fun jsonReply(status: Int, body: JsonElement, headers: Map<String, String> = emptyMap()): HttpReply.Whole =
    HttpReply.Whole(status, "application/json", body.toString(), headers)

internal fun emptyReply(status: Int, headers: Map<String, String> = emptyMap()): HttpReply.Whole =
    HttpReply.Whole(status, null, "", headers)

/** Why a request is refused: the HTTP status and the JSON-RPC error to send with it. */
internal class Refusal(
    val status: Int,
    val code: Int,
    val message: String,
    val data: JsonElement? = null,
    val isViolation: Boolean = true,
) {
    fun reply(id: JsonElement?): HttpReply.Whole = jsonReply(status, jsonRpcError(id, code, message, data))
}

internal fun jsonRpcError(id: JsonElement?, code: Int, message: String, data: JsonElement?): JsonObject =
    JsonObject(
        mapOf(
            "jsonrpc" to JsonPrimitive("2.0"),
            "id" to (id ?: JsonNull),
            "error" to JsonObject(mapOf("code" to JsonPrimitive(code), "message" to JsonPrimitive(message))).with("data" to data),
        ),
    )

internal fun jsonRpcResult(id: JsonElement, result: JsonObject): JsonObject =
    JsonObject(mapOf("jsonrpc" to JsonPrimitive("2.0"), "id" to id, "result" to result))
