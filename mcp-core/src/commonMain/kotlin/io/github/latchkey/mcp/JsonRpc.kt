package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.JsonRpcReader
import io.github.latchkey.mcp.internal.JsonWriter
import io.github.latchkey.mcp.internal.McpJson
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlin.jvm.JvmStatic

/** A JSON-RPC 2.0 message, as MCP uses it in both directions. */
public sealed class JsonRpcMessage {
    /** What is in the message beside `jsonrpc`, in the order of the wire. */
    internal abstract fun forEachMember(member: (name: String, value: JsonElement) -> Unit)

    /** The message as one line of JSON. */
    public fun encode(): String = encodeToByteArray().decodeToString()

    /** The same in UTF-8. */
    public fun encodeToByteArray(): ByteArray {
        var size = FRAME_BYTES
        forEachMember { name, value -> size += name.length + MEMBER_BYTES + JsonWriter.sizeOf(value) }
        val writer = JsonWriter(size)
        writer.raw(FRAME_START)
        forEachMember { name, value ->
            writer.raw(",")
            writer.member(name, value)
        }
        writer.raw("}")
        return writer.toByteArray()
    }

    /** The message as a tree. */
    internal fun toJson(): JsonObject =
        JsonObject(
            buildMap {
                put("jsonrpc", JsonPrimitive("2.0"))
                forEachMember { name, value -> put(name, value) }
            },
        )

    public companion object {
        private const val FRAME_START = "{\"jsonrpc\":\"2.0\""
        private const val FRAME_BYTES = FRAME_START.length + 1
        private const val MEMBER_BYTES = 4

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
    override fun forEachMember(member: (name: String, value: JsonElement) -> Unit) {
        member("id", id.toJson())
        member("method", JsonPrimitive(method))
        params?.let { member("params", it.toElement()) }
    }

    override fun toString(): String = "JsonRpcRequest(id=$id, method=$method)"
}

/** A message that wants no answer. [params] is null when the message has none. */
public class JsonRpcNotification(
    public val method: String,
    public val params: RawJson?,
) : JsonRpcMessage() {
    override fun forEachMember(member: (name: String, value: JsonElement) -> Unit) {
        member("method", JsonPrimitive(method))
        params?.let { member("params", it.toElement()) }
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
    override fun forEachMember(member: (name: String, value: JsonElement) -> Unit) {
        member("id", id.toJson())
        member("result", result.toElement())
    }

    override fun toString(): String = "JsonRpcResult(id=$id)"
}

/** The answer of a request that failed. */
public class JsonRpcFailure(
    override val id: RequestId?,
    public val error: JsonRpcError,
) : JsonRpcResponse() {
    override fun forEachMember(member: (name: String, value: JsonElement) -> Unit) {
        id?.let { member("id", it.toJson()) }
        member("error", McpJson.encodeToJsonElement(JsonRpcError.serializer(), error))
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
