package io.github.latchkey.mcp

import io.github.latchkey.mcp.transport.HttpChallenge
import kotlin.jvm.JvmField
import kotlin.jvm.JvmOverloads

/**
 * Hears what Latchkey does while it does it: the one stream behind the inspector's timeline, the log and [McpException.trace].
 * Called on whatever thread the work runs on; return quickly and do not throw. Events never hold a secret; what client and server
 * say to each other is in [MessageEvent] alone, which is for those who ask for it.
 */
public fun interface McpEvents {
    public fun onEvent(event: McpEvent)

    /** Whether anybody listens at the moment; where not, events need not even be made. */
    public val isListening: Boolean get() = true

    /**
     * Whether [MessageEvent] and [ExchangeFailureEvent] are wanted too; by default not. Asked once, when a session is begun: where it is
     * false, nothing is done for them from there on. A listener that passes events on to others passes this on, too.
     */
    public val wantsMessages: Boolean get() = false

    public companion object {
        /** Hears nothing. */
        @JvmField
        public val NONE: McpEvents =
            object : McpEvents {
                override val isListening: Boolean get() = false

                override fun onEvent(event: McpEvent) = Unit
            }
    }
}

/** Something that happened. [name] and [fields] say it in a form fit for JSON; the subclasses say it in types. */
public abstract class McpEvent {
    /** A stable name such as `http.exchange`. */
    public abstract val name: String

    /** The facts, with names in camel case; a null value is a fact that is not known. */
    public abstract val fields: Map<String, Any?>

    override fun toString(): String = fields.entries.joinToString(" ", "$name ") { "${it.key}=${it.value}" }
}

/** A step of the negotiation of a revision: what was [asked], and what the [outcome] means. */
public class NegotiationEvent(
    public val asked: String,
    public val outcome: String,
) : McpEvent() {
    override val name: String get() = "negotiation"
    override val fields: Map<String, Any?> get() = mapOf("asked" to asked, "outcome" to outcome)
}

/**
 * One HTTP exchange of the MCP endpoint, as far as its response headers.
 *
 * @property rpcMethod the JSON-RPC method it carried, null if none
 * @property status null if there was no answer; then [failure] says why
 * @property elapsedMillis from the start of the exchange to the response headers
 * @property answer the headers that tell something, and the challenges; never the body, which has not been read. Null if there was no answer
 * @property givesSession whether the answer came with a session id; never which
 */
public class HttpExchangeEvent @JvmOverloads constructor(
    public val httpMethod: String,
    public val url: String,
    public val rpcMethod: String?,
    public val status: Int?,
    public val failure: String?,
    public val elapsedMillis: Long,
    public val answer: HttpAnswer? = null,
    public val givesSession: Boolean = false,
) : McpEvent() {
    override val name: String get() = "http.exchange"
    override val fields: Map<String, Any?>
        get() =
            mapOf(
                "httpMethod" to httpMethod,
                "url" to url,
                "rpcMethod" to rpcMethod,
                "status" to status,
                "failure" to failure,
                "elapsedMillis" to elapsedMillis,
                "contentType" to answer?.headers?.get("content-type"),
                "givesSession" to givesSession,
            )
}

/**
 * The server asked for credentials, or for better ones, and [isRetried] says whether the request is sent again.
 *
 * @property challenges what stands in `WWW-Authenticate`; empty if the server sent none
 */
public class ChallengeEvent(
    public val url: String,
    public val status: Int,
    public val challenges: List<HttpChallenge>,
    public val isRetried: Boolean,
) : McpEvent() {
    /** The schemes of [challenges]. */
    public val schemes: List<String> get() = challenges.map { it.scheme }

    override val name: String get() = "authorization.challenge"
    override val fields: Map<String, Any?>
        get() =
            mapOf(
                "url" to url,
                "status" to status,
                "schemes" to schemes,
                "challenges" to challenges.map { it.toString() },
                "isRetried" to isRetried,
            )
}

/**
 * A step of the sign-in.
 *
 * @property step `resource_metadata`, `server_metadata`, `registration`, `authorization`, `token` or `refresh`
 * @property url the document or endpoint, its query left out where it may hold a secret; null if the step needs none
 * @property outcome what came of it, in a few words
 * @property elapsedMillis how long it took, null if nothing was waited for
 * @property answer the status and the headers that tell something, never the body; null if this is about no HTTP answer
 */
public class AuthorizationEvent @JvmOverloads constructor(
    public val step: String,
    public val url: String?,
    public val outcome: String,
    public val elapsedMillis: Long? = null,
    public val answer: HttpAnswer? = null,
) : McpEvent() {
    override val name: String get() = "authorization.step"
    override val fields: Map<String, Any?>
        get() =
            mapOf(
                "step" to step,
                "url" to url,
                "outcome" to outcome,
                "elapsedMillis" to elapsedMillis,
                "status" to answer?.status,
                "contentType" to answer?.headers?.get("content-type"),
            )
}

/** A response stream was opened ([isOpen]) or closed. */
public class StreamEvent(
    public val url: String,
    public val isOpen: Boolean,
    public val reason: String? = null,
) : McpEvent() {
    override val name: String get() = if (isOpen) "stream.open" else "stream.close"
    override val fields: Map<String, Any?> get() = mapOf("url" to url, "reason" to reason)
}

/** A request is sent again, and why. */
public class RetryEvent(
    public val rpcMethod: String?,
    public val reason: String,
) : McpEvent() {
    override val name: String get() = "retry"
    override val fields: Map<String, Any?> get() = mapOf("rpcMethod" to rpcMethod, "reason" to reason)
}

/** Which way a message went. */
public enum class MessageDirection(
    /** The name in [McpEvent.fields]. */
    public val id: String,
) {
    /** From the client to the server. */
    SENT("sent"),

    /** From the server to the client. */
    RECEIVED("received"),
    ;

    override fun toString(): String = id
}

/**
 * A JSON-RPC message as the session sends or receives it, whatever the transport. Only for listeners that say
 * [McpEvents.wantsMessages]. It holds what was said, with the arguments and results of tools; credentials are no part of a message, and
 * [toString] leaves the body out.
 *
 * @property message the message
 * @property exchange the request whose exchange it belongs to, itself included; null where it belongs to none: what a server sends of its own
 * accord, what the client answers to that, notifications of the client, and on a pipe everything that names no request
 */
public class MessageEvent(
    public val direction: MessageDirection,
    public val message: JsonRpcMessage,
    public val exchange: RequestId?,
) : McpEvent() {
    /** The message as JSON. */
    public val body: RawJson by lazy { RawJson.of(message.toJson()) }

    /** The method of a request or a notification; null for a response. */
    public val method: String? get() = (message as? JsonRpcRequest)?.method ?: (message as? JsonRpcNotification)?.method

    /** The id of a request or a response; null for a notification. */
    public val id: RequestId? get() = (message as? JsonRpcRequest)?.id ?: (message as? JsonRpcResponse)?.id

    /** How long [body] is in UTF-8. */
    public val bytes: Int by lazy { body.text.encodeToByteArray().size }

    override val name: String get() = "message"
    override val fields: Map<String, Any?>
        get() =
            mapOf(
                "direction" to direction.id,
                "method" to method,
                "id" to id?.toJson(),
                "exchange" to exchange?.toJson(),
                "bytes" to bytes,
                "body" to body,
            )

    override fun toString(): String = "message direction=$direction method=$method id=$id exchange=$exchange bytes=$bytes"
}

/**
 * An exchange ended without a response that counts: no answer, an HTTP status that says no, or what is not MCP. Only for listeners that
 * say [McpEvents.wantsMessages]; a JSON-RPC error that came with a failing HTTP status is told as a [MessageEvent] before. An exchange
 * that was cancelled, also by a deadline, ends without a word.
 *
 * @property exchange the id of the request
 * @property method its method
 * @property code why it failed
 * @property status of the HTTP answer that failed it, null if there was none
 * @property bodyStart the beginning of that answer's body without its secrets, null if there was none
 */
public class ExchangeFailureEvent(
    public val exchange: RequestId,
    public val method: String,
    public val code: ErrorCode,
    public val status: Int?,
    public val bodyStart: String?,
) : McpEvent() {
    override val name: String get() = "exchange.failure"
    override val fields: Map<String, Any?>
        get() =
            mapOf(
                "exchange" to exchange.toJson(),
                "method" to method,
                "code" to code.id,
                "status" to status,
                "bodyStart" to bodyStart,
            )
}

/** A line that a child process wrote to its standard error. These are the server's own words: what it prints there is not redacted. */
public class ServerLogEvent(
    public val line: String,
) : McpEvent() {
    override val name: String get() = "server.log"
    override val fields: Map<String, Any?> get() = mapOf("line" to line)
}

/**
 * A server that is a child process was started ([isRunning]) or has ended.
 *
 * @property exitCode how it ended; null while it runs, and where it is not known
 */
public class ServerProcessEvent(
    public val isRunning: Boolean,
    public val exitCode: Int?,
) : McpEvent() {
    override val name: String get() = if (isRunning) "server.start" else "server.end"
    override val fields: Map<String, Any?> get() = mapOf("exitCode" to exitCode)
}

/**
 * Something a person should look at that failed nobody's call: a message nobody waited for, a tool left out.
 *
 * @property kind a stable name for those that programs tell apart, such as [STRAY_OUTPUT]; null for the others
 */
public class WarningEvent @JvmOverloads constructor(
    public val message: String,
    public val kind: String? = null,
) : McpEvent() {
    override val name: String get() = "warning"
    override val fields: Map<String, Any?> get() = mapOf("message" to message, "kind" to kind)

    public companion object {
        /** The [kind] of a warning about a line that a server wrote to its standard output and that is no message. */
        public const val STRAY_OUTPUT: String = "stray_output"
    }
}
