package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.JsonRpcReader
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlin.jvm.JvmStatic

/** A JSON-RPC 2.0 message, as MCP uses it in both directions. */
public sealed class JsonRpcMessage {
    internal abstract fun members(): Map<String, JsonElement>

    /** The message as one line of JSON. */
    public fun encode(): String = toJson().toString()

    internal fun toJson(): JsonObject = JsonObject(linkedMapOf<String, JsonElement>("jsonrpc" to VERSION) + members())

    public companion object {
        private val VERSION = JsonPrimitive("2.0")

        /** Reads one message; throws [kotlinx.serialization.SerializationException] that says what is wrong with [text]. */
        @JvmStatic
        public fun parse(text: String): JsonRpcMessage = JsonRpcReader.read(text)

        /** Reads one message or, as in 2025-03-26, an array of them. */
        @JvmStatic
        public fun parseBatch(text: String): List<JsonRpcMessage> = JsonRpcReader.readBatch(text)
    }
}

/** A call that wants an answer. [params] is null when the message has none. */
public class JsonRpcRequest(
    public val id: RequestId,
    public val method: String,
    public val params: RawJson?,
) : JsonRpcMessage() {
    override fun members(): Map<String, JsonElement> =
        buildMap {
            put("id", id.toJson())
            put("method", JsonPrimitive(method))
            params?.let { put("params", it.toElement()) }
        }

    override fun toString(): String = "JsonRpcRequest(id=$id, method=$method)"
}

/** A message that wants no answer. [params] is null when the message has none. */
public class JsonRpcNotification(
    public val method: String,
    public val params: RawJson?,
) : JsonRpcMessage() {
    override fun members(): Map<String, JsonElement> =
        buildMap {
            put("method", JsonPrimitive(method))
            params?.let { put("params", it.toElement()) }
        }

    override fun toString(): String = "JsonRpcNotification(method=$method)"
}

/** The answer to a request: [JsonRpcResult] or [JsonRpcFailure]. */
public sealed class JsonRpcResponse : JsonRpcMessage() {
    /** The id of the request; null only on a failure whose sender could not tell (MCP 2025-11-25, Base Protocol, Error Responses). */
    public abstract val id: RequestId?
}

/** The answer of a request that succeeded. */
public class JsonRpcResult(
    override val id: RequestId,
    public val result: RawJson,
) : JsonRpcResponse() {
    override fun members(): Map<String, JsonElement> = mapOf("id" to id.toJson(), "result" to result.toElement())

    override fun toString(): String = "JsonRpcResult(id=$id)"
}

/** The answer of a request that failed. */
public class JsonRpcFailure(
    override val id: RequestId?,
    public val error: JsonRpcError,
) : JsonRpcResponse() {
    override fun members(): Map<String, JsonElement> =
        buildMap {
            id?.let { put("id", it.toJson()) }
            put(
                "error",
                JsonObject(
                    buildMap {
                        put("code", JsonPrimitive(error.code))
                        put("message", JsonPrimitive(error.message))
                        error.data?.let { put("data", it.toElement()) }
                    },
                ),
            )
        }

    override fun toString(): String = "JsonRpcFailure(id=$id, code=${error.code})"
}

/**
 * The error object of a JSON-RPC answer.
 *
 * @property code negative for the codes that JSON-RPC and MCP reserve
 * @property message the peer's own words
 * @property data whatever the peer added, or null
 */
@Serializable
public class JsonRpcError(
    public val code: Int,
    public val message: String = "",
    public val data: RawJson? = null,
) {
    override fun toString(): String = "JsonRpcError(code=$code, message=$message)"

    public companion object {
        public const val PARSE_ERROR: Int = -32700
        public const val INVALID_REQUEST: Int = -32600
        public const val METHOD_NOT_FOUND: Int = -32601
        public const val INVALID_PARAMS: Int = -32602
        public const val INTERNAL_ERROR: Int = -32603

        /** MCP 2026-07-28: a header does not say what the body says. */
        public const val HEADER_MISMATCH: Int = -32020

        /** MCP 2026-07-28: the request needs a client capability that was not declared. */
        public const val MISSING_REQUIRED_CLIENT_CAPABILITY: Int = -32021

        /** MCP 2026-07-28: the server does not speak the revision of the request. */
        public const val UNSUPPORTED_PROTOCOL_VERSION: Int = -32022
    }
}
