package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.JsonRpcNotification
import io.github.latchkey.mcp.LogMessage
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.ServerNotification
import io.github.latchkey.mcp.WarningEvent
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.JsonPrimitive

/** Passes on what servers tell. Whoever listens too slowly misses the oldest: the reader of a stream never waits for a listener. */
internal class Notifications(
    private val events: McpEvents,
    private val cache: ResultCache,
) {
    private val told = MutableSharedFlow<ServerNotification>(extraBufferCapacity = BUFFERED, onBufferOverflow = BufferOverflow.DROP_OLDEST)

    val flow: Flow<ServerNotification> get() = told

    /** Returns what was told; null if the message makes no sense. */
    fun tell(notification: JsonRpcNotification): ServerNotification? =
        try {
            read(notification).also(::tell)
        } catch (e: SerializationException) {
            warn(notification, e)
            null
        }

    /** Tells of a notification that could not be read. */
    fun warn(notification: JsonRpcNotification, problem: SerializationException) {
        if (events.isListening) events.onEvent(WarningEvent("${notification.method} is not what MCP says: ${problem.message}"))
    }

    /** Whoever lists again because of it must not find what was listed before: so the cache hears it first. */
    fun tell(notification: ServerNotification) {
        cache.told(notification)
        told.tryEmit(notification)
    }

    private fun read(notification: JsonRpcNotification): ServerNotification =
        when (notification.method) {
            "notifications/tools/list_changed" -> ServerNotification.ToolsChanged
            "notifications/prompts/list_changed" -> ServerNotification.PromptsChanged
            "notifications/resources/list_changed" -> ServerNotification.ResourcesChanged
            "notifications/resources/updated" -> ServerNotification.ResourceUpdated(notification.string("uri"))
            "notifications/elicitation/complete" -> ServerNotification.ElicitationCompleted(notification.string("elicitationId"))
            "notifications/message" -> ServerNotification.Log(notification.required().decodeWire(LogMessage.serializer()))
            else -> ServerNotification.Other(notification.method, notification.params)
        }

    private fun JsonRpcNotification.required(): RawJson = params ?: throw SerializationException("it has no params")

    private fun JsonRpcNotification.string(name: String): String =
        (required().toObject()?.get(name) as? JsonPrimitive)?.takeIf { it.isString }?.content
            ?: throw SerializationException("it has no '$name'")

    private companion object {
        const val BUFFERED = 256
    }
}
