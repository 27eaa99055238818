package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.longOrNull

/** The JSON-RPC message in the body of a POST. */
internal sealed interface PostedMessage {
    class Request(val id: JsonPrimitive, val method: String, val params: JsonObject?) : PostedMessage

    class Notification(val method: String, val params: JsonObject?) : PostedMessage

    class Response(val id: JsonPrimitive, val body: JsonObject) : PostedMessage

    class Malformed(val refusal: Refusal) : PostedMessage
}

internal val PostedMessage.idOrNull: JsonElement? get() = (this as? PostedMessage.Request)?.id

internal val PostedMessage.methodOrNull: String?
    get() =
        when (this) {
            is PostedMessage.Request -> method
            is PostedMessage.Notification -> method
            else -> null
        }

internal val PostedMessage.paramsOrNull: JsonObject?
    get() =
        when (this) {
            is PostedMessage.Request -> params
            is PostedMessage.Notification -> params
            else -> null
        }

internal val PostedMessage.meta: JsonObject? get() = paramsOrNull?.objectAt("_meta")

/** Parses [body] by the rules of JSON-RPC 2.0 as MCP narrows them: one message, ids never null, `params` an object. */
internal fun parseMessage(body: String): PostedMessage {
    val json = parseJsonOrNull(body) ?: return malformed(ErrorCodes.PARSE_ERROR, "the body is not JSON")
    if (json is JsonArray) return malformed(ErrorCodes.INVALID_REQUEST, "the body is a batch")
    if (json !is JsonObject) return malformed(ErrorCodes.INVALID_REQUEST, "the body is not an object")
    if (json.string("jsonrpc") != "2.0") return malformed(ErrorCodes.INVALID_REQUEST, "jsonrpc is not \"2.0\"")
    val id = json["id"]
    if (id != null && !isValidId(id)) return malformed(ErrorCodes.INVALID_REQUEST, "id is neither a string nor an integer")
    if ("method" !in json) return responseIn(json, id)
    val method = json.string("method") ?: return malformed(ErrorCodes.INVALID_REQUEST, "method is not a string")
    val params = json["params"]
    if (params != null && params !is JsonObject) return malformed(ErrorCodes.INVALID_REQUEST, "params is not an object")
    if (params is JsonObject && params["_meta"].let { it != null && it !is JsonObject }) {
        return malformed(ErrorCodes.INVALID_PARAMS, "_meta is not an object")
    }
    return if (id is JsonPrimitive) {
        PostedMessage.Request(id, method, params)
    } else {
        PostedMessage.Notification(method, params)
    }
}

private fun responseIn(json: JsonObject, id: JsonElement?): PostedMessage =
    if (id is JsonPrimitive && ("result" in json) != ("error" in json)) {
        PostedMessage.Response(id, json)
    } else {
        malformed(ErrorCodes.INVALID_REQUEST, "neither a request, a notification nor a response")
    }

private fun isValidId(id: JsonElement): Boolean = id is JsonPrimitive && id !is JsonNull && (id.isString || id.longOrNull != null)

private fun malformed(code: Int, message: String): PostedMessage.Malformed = PostedMessage.Malformed(Refusal(400, code, message))
