package io.github.latchkey.mcp.test

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.future.asCompletableFuture
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.util.UUID
import java.util.concurrent.CompletableFuture

/**
 * A request being answered, as its handler sees it. What it sends goes out on the response stream of that request,
 * and makes the answer an event stream.
 *
 * The sending functions do not wait: what nobody reads any more is dropped. Safe for use by several threads.
 *
 * @property request the HTTP request that carried the call.
 * @property method the JSON-RPC method.
 * @property params the `params`, empty if there were none.
 * @property protocolVersion the revision in use.
 * @property token what the access token of the request stands for; null without [Protection].
 */
public class ServerCall internal constructor(
    public val request: RecordedRequest,
    public val method: String,
    public val params: JsonObject,
    public val protocolVersion: String,
    public val token: TokenInfo?,
    private val stream: EventStream,
    private val session: McpSession?,
) {
    /** The `_meta` of the request, empty if there was none. */
    public val meta: JsonObject get() = params.objectAt("_meta") ?: EMPTY_OBJECT

    /** Makes the answer an event stream and sends its headers now, although there is nothing to send yet. */
    public fun openStream(): Unit = stream.open()

    /** Sends `notifications/progress`, if the request carries a `progressToken`; else nothing. */
    @JvmOverloads
    public fun progress(progress: Double, total: Double? = null, message: String? = null) {
        val token = meta["progressToken"] ?: return
        notify(
            "notifications/progress",
            JsonObject(mapOf("progressToken" to token, "progress" to JsonPrimitive(progress)))
                .with("total" to total?.let(::JsonPrimitive), "message" to message?.let(::JsonPrimitive)),
        )
    }

    /**
     * Sends `notifications/message`, if the client asked for [level]: by `_meta` in the stateless revision,
     * by `logging/setLevel` in the session era, where silence asks for all.
     */
    @JvmOverloads
    public fun log(level: String, data: JsonElement, logger: String? = null) {
        val wanted = if (session == null) meta.string(MetaKeys.LOG_LEVEL) ?: return else session.logLevel
        if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(wanted)) return
        notify(
            "notifications/message",
            JsonObject(mapOf("level" to JsonPrimitive(level), "data" to data)).with("logger" to logger?.let(::JsonPrimitive)),
        )
    }

    /** Sends any notification. */
    public fun notify(method: String, params: JsonObject): Unit = stream.append(messageEvent(jsonRpcNotification(method, params)))

    /** Sends [lines] as one event exactly as they are, for what a well-behaved server would not send. */
    public fun sendRaw(lines: String): Unit = stream.append(lines)

    /** Closes the connection now; the call goes on, and its answer can be had by resumption if the server offers that. */
    public fun detach(): Unit = stream.detach()

    /**
     * Sends a request to the client and returns its result (session era only, MCP 2025-11-25, Sending Messages).
     *
     * Throws [JsonRpcFailure] when the client answers with an error, and `IllegalStateException` in the stateless revision.
     */
    @JvmSynthetic
    public suspend fun request(method: String, params: JsonObject): JsonObject {
        val asked = ask(method, params)
        try {
            return resultOf(asked.answer.await())
        } finally {
            asked.forget()
        }
    }

    /** The same for Java. */
    public fun requestFuture(method: String, params: JsonObject): CompletableFuture<JsonObject> {
        val asked = ask(method, params)
        return asked.answer.asCompletableFuture().whenComplete { _, _ -> asked.forget() }.thenApply(::resultOf)
    }

    /** Sends a notification on the GET stream of the session, where that is open or when it is opened; nothing in the stateless revision. */
    public fun push(method: String, params: JsonObject) {
        session?.standaloneStream?.append(messageEvent(jsonRpcNotification(method, params)))
    }

    private class Asked(val answer: CompletableDeferred<JsonObject>, val forget: () -> Unit)

    private fun ask(method: String, params: JsonObject): Asked {
        val session = checkNotNull(session) { "a stateless server sends no requests" }
        val id = JsonPrimitive(UUID.randomUUID().toString())
        val answer = CompletableDeferred<JsonObject>()
        session.pending[id.toString()] = answer
        stream.append(messageEvent(jsonRpcNotification(method, params).with("id" to id)))
        return Asked(answer) { session.pending.remove(id.toString()) }
    }

    /** The same as `request`, for Java: holds the calling thread until the client has answered. */
    public fun waitForAnswer(method: String, params: JsonObject): JsonObject = holdingTheThread { request(method, params) }
}

private val LOG_LEVELS = listOf("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")

internal fun jsonRpcNotification(method: String, params: JsonObject): JsonObject =
    JsonObject(mapOf("jsonrpc" to JsonPrimitive("2.0"), "method" to JsonPrimitive(method), "params" to params))

/** [message] as the lines of one event; JSON as we write it has no line break. */
internal fun messageEvent(message: JsonObject): String = MESSAGE_EVENT + message

/** What stands before the message in [messageEvent]. */
internal const val MESSAGE_EVENT = "event: message\ndata: "

private fun resultOf(response: JsonObject): JsonObject {
    val error = response.objectAt("error") ?: return response.objectAt("result") ?: EMPTY_OBJECT
    val code = (error["code"] as? JsonPrimitive)?.content?.toIntOrNull() ?: ErrorCodes.INTERNAL_ERROR
    throw JsonRpcFailure(code, error.string("message").orEmpty(), error["data"])
}
