package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.JsonRpcNotification
import io.github.latchkey.mcp.JsonRpcRequest
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.transport.ExchangeContext
import kotlinx.serialization.json.JsonPrimitive
import kotlin.io.encoding.Base64

/** The headers of MCP, as the specification spells them. */
internal object McpHeaders {
    const val PROTOCOL_VERSION = "MCP-Protocol-Version"
    const val SESSION_ID = "MCP-Session-Id"
    const val METHOD = "Mcp-Method"
    const val NAME = "Mcp-Name"
    const val PARAM_PREFIX = "Mcp-Param-"
    const val LAST_EVENT_ID = "Last-Event-ID"
}

/** The JSON-RPC method of this message; null for a response. */
internal val JsonRpcMessage.methodOrNull: String?
    get() =
        when (this) {
            is JsonRpcRequest -> method
            is JsonRpcNotification -> method
            else -> null
        }

/**
 * What the message is about: the tool, prompt, resource or task that `Mcp-Name` names, or null (MCP 2026-07-28, Standard Request
 * Headers).
 */
internal fun subjectOf(message: JsonRpcMessage): String? =
    when (message.methodOrNull) {
        "tools/call", "prompts/get" -> message.stringParam("name")
        "resources/read" -> message.stringParam("uri")
        "tasks/get", "tasks/update", "tasks/cancel" -> message.stringParam("taskId")
        else -> null
    }

/** The headers that [message] needs in [context]; [sessionId] is the session's, if it has one. */
internal fun mcpHeaders(message: JsonRpcMessage, context: ExchangeContext, sessionId: String?): Map<String, String> {
    val version = context.version
    val isStateless = version != null && version.isStateless
    return if (isStateless) {
        statelessHeaders(
            message,
            version,
            context.mirrored,
        )
    } else {
        sessionHeaders(message.methodOrNull, version, sessionId)
    }
}

/** The same for a request of the session era, or one without a message (MCP 2025-11-25, Streamable HTTP). */
internal fun sessionHeaders(method: String?, version: ProtocolVersion?, sessionId: String?): Map<String, String> {
    // initialize is what asks for both; a server may refuse it with either (HTTP-17, HTTP-26).
    if (method == "initialize") return emptyMap()
    return buildMap {
        sessionId?.let { put(McpHeaders.SESSION_ID, it) }
        version?.let { put(McpHeaders.PROTOCOL_VERSION, it.value) }
    }
}

private fun statelessHeaders(message: JsonRpcMessage, version: ProtocolVersion, mirrored: Map<String, String>): Map<String, String> =
    buildMap {
        put(McpHeaders.PROTOCOL_VERSION, version.value)
        message.methodOrNull?.let { put(McpHeaders.METHOD, it) }
        subjectOf(message)?.let { put(McpHeaders.NAME, encodeHeaderValue(it)) }
        for ((name, value) in mirrored) put(McpHeaders.PARAM_PREFIX + name, encodeHeaderValue(value))
    }

/**
 * [value] as a header can carry it: as it is, or as Base64 of its UTF-8 bytes between `=?base64?` and `?=` when it has anything
 * but printable ASCII, begins or ends with a space, or looks encoded already (MCP 2026-07-28, Streamable HTTP, Value Encoding).
 */
internal fun encodeHeaderValue(value: String): String {
    val isPlain = value.all { it in ' '..'~' } && !value.startsWith(' ') && !value.endsWith(' ') && !value.looksEncoded()
    return if (isPlain) value else ENCODED_START + Base64.encode(value.encodeToByteArray()) + ENCODED_END
}

private fun String.looksEncoded(): Boolean = startsWith(ENCODED_START) && endsWith(ENCODED_END)

private fun JsonRpcMessage.stringParam(name: String): String? {
    val params: RawJson? =
        when (this) {
            is JsonRpcRequest -> params
            is JsonRpcNotification -> params
            else -> null
        }
    return (params?.toObject()?.get(name) as? JsonPrimitive)?.takeIf { it.isString }?.content
}

private const val ENCODED_START = "=?base64?"
private const val ENCODED_END = "?="
