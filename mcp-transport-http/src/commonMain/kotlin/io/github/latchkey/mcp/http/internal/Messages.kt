package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.JsonRpcMessage
import io.github.latchkey.mcp.ProtocolVersion
import kotlinx.serialization.SerializationException

/**
 * The messages in [text]: one or, in 2025-03-26 alone, an array of them (MCP 2025-03-26, Base Protocol, Batching). Throws
 * [BatchException] for an array in any other revision, and else [SerializationException] for what is not JSON-RPC.
 */
internal fun parseMessages(text: String, version: ProtocolVersion?): List<JsonRpcMessage> {
    if (version == ProtocolVersion.V2025_03_26) return JsonRpcMessage.parseBatch(text)
    if (isArray(text)) throw BatchException()
    return listOf(JsonRpcMessage.parse(text))
}

private fun isArray(text: String): Boolean = text.firstOrNull { !it.isWhitespace() } == '['

/** An array of messages where the revision has none. */
internal class BatchException : SerializationException("an array of messages, which only 2025-03-26 allows")

/** The parser's complaint without the piece of the message that it may repeat. */
internal fun problemOf(e: SerializationException): String = oneLine(e.message.orEmpty().lineSequence().first())
