package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.ElicitationResult
import io.github.latchkey.mcp.FormElicitation
import io.github.latchkey.mcp.JsonRpcError
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.RequestRejectedException
import io.github.latchkey.mcp.Root
import io.github.latchkey.mcp.SamplingRequest
import io.github.latchkey.mcp.SamplingResult
import io.github.latchkey.mcp.UrlElicitation
import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerializationException
import kotlinx.serialization.builtins.ListSerializer
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject

/**
 * Answers what a server asks of the client, by the handlers of the application. The same in both eras: as a request of its own in
 * the session era, inside an `input_required` result in 2026-07-28.
 */
internal class ServerRequests(
    private val options: ClientOptions,
) {
    /** What this client can be asked, in the form that [version] wants: a capability for each handler, and none without (FEAT-40). */
    fun capabilities(version: ProtocolVersion): JsonObject =
        buildJsonObject {
            if (options.roots != null) putJsonObject("roots") { if (!version.isStateless) put("listChanged", true) }
            if (options.sampling != null) putJsonObject("sampling") { if (options.samplesWithTools) putJsonObject("tools") {} }
            if (options.elicitation != null &&
                version >= ProtocolVersion.V2025_06_18
            ) {
                putJsonObject("elicitation") { elicitationModes(version) }
            }
            if (version.isStateless && options.extensions.isNotEmpty()) put("extensions", JsonObject(options.extensions))
        }

    private fun JsonObjectBuilder.elicitationModes(version: ProtocolVersion) {
        if (version < ProtocolVersion.V2025_11_25) return
        putJsonObject("form") {}
        if (options.elicitsUrls) putJsonObject("url") {}
    }

    /** Whether an answer to [method] can be had at all. */
    fun canAnswer(method: String): Boolean =
        when (method) {
            "roots/list" -> options.roots != null
            "sampling/createMessage" -> options.sampling != null
            "elicitation/create" -> options.elicitation != null
            else -> false
        }

    /** The result for [method]; throws [RequestRefused] when there is none to give, and whatever a handler throws. */
    suspend fun answer(method: String, params: RawJson?): JsonObject =
        when (method) {
            "roots/list" -> roots()
            "sampling/createMessage" -> sample(params)
            "elicitation/create" -> elicit(params)
            else -> refuse(JsonRpcError.METHOD_NOT_FOUND, "this client has no $method")
        }

    private suspend fun roots(): JsonObject {
        val handler = options.roots ?: refuse(JsonRpcError.METHOD_NOT_FOUND, "this client has no roots")
        return JsonObject(mapOf("roots" to McpJson.encodeToJsonElement(ListSerializer(Root.serializer()), handler.roots())))
    }

    private suspend fun sample(params: RawJson?): JsonObject {
        val handler = options.sampling ?: refuse(JsonRpcError.METHOD_NOT_FOUND, "this client has no model to ask")
        val request = decode(params, SamplingRequest.serializer())
        if (!options.samplesWithTools && (request.tools != null || request.toolChoice != null)) {
            refuse(JsonRpcError.INVALID_PARAMS, "this client declared no sampling.tools")
        }
        val result =
            try {
                handler.sample(request)
            } catch (e: RequestRejectedException) {
                throw RequestRefused(USER_REJECTED, "the user rejected the sampling request", e)
            }
        return McpJson.encodeToJsonElement(SamplingResult.serializer(), result) as JsonObject
    }

    private suspend fun elicit(params: RawJson?): JsonObject {
        val handler = options.elicitation ?: refuse(JsonRpcError.METHOD_NOT_FOUND, "this client asks nobody")
        val asked = decode(params, JsonObject.serializer())
        val message = asked.string("message").orEmpty()
        // Without a mode it is a form (FEAT-50).
        return when (val mode = asked.string("mode") ?: "form") {
            "form" -> {
                val schema =
                    asked["requestedSchema"] as? JsonObject ?: refuse(JsonRpcError.INVALID_PARAMS, "a form without requestedSchema")
                val form = ElicitationForm(schema)
                reply(handler.elicit(FormElicitation(message, RawJson.of(schema)))) { form.complete(it ?: JsonObject(emptyMap())) }
            }

            "url" -> {
                val url =
                    asked.string("url")?.takeIf { options.elicitsUrls } ?: refuse(JsonRpcError.INVALID_PARAMS, "this client opens no pages")
                reply(handler.elicit(UrlElicitation(message, url, asked.string("elicitationId")))) { null }
            }

            else -> {
                refuse(JsonRpcError.INVALID_PARAMS, "this client has no elicitation mode $mode")
            }
        }
    }

    private fun reply(result: ElicitationResult, content: (JsonObject?) -> JsonObject?): JsonObject =
        buildJsonObject {
            put("action", result.action)
            if (result.action == "accept") content(result.content)?.let { put("content", it) }
        }

    private fun <T> decode(params: RawJson?, serializer: KSerializer<T>): T =
        try {
            params?.decodeWire(serializer) ?: refuse(JsonRpcError.INVALID_PARAMS, "the request has no params")
        } catch (e: SerializationException) {
            throw RequestRefused(JsonRpcError.INVALID_PARAMS, "the params are not what MCP says", e)
        }

    private fun JsonObject.string(name: String): String? = (this[name] as? JsonPrimitive)?.takeIf { it.isString }?.contentOrNull

    private fun refuse(code: Int, message: String): Nothing = throw RequestRefused(code, message)

    private companion object {
        const val USER_REJECTED = -1
    }
}

/** A request of the server that gets an error for an answer. */
internal class RequestRefused(
    val code: Int,
    message: String,
    cause: Throwable? = null,
) : RuntimeException(message, cause)
