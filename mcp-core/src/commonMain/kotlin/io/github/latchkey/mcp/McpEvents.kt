package io.github.latchkey.mcp

import kotlin.jvm.JvmField

/**
 * Hears what Latchkey does while it does it: the one stream behind the inspector's timeline, the log and [McpException.trace].
 * Called on whatever thread the work runs on; return quickly and do not throw. Events never hold a secret.
 */
public fun interface McpEvents {
    public fun onEvent(event: McpEvent)

    /** Whether anybody listens at the moment; where not, events need not even be made. */
    public val isListening: Boolean get() = true

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
 */
public class HttpExchangeEvent(
    public val httpMethod: String,
    public val url: String,
    public val rpcMethod: String?,
    public val status: Int?,
    public val failure: String?,
    public val elapsedMillis: Long,
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
            )
}

/** The server asked for credentials, or for better ones, and [isRetried] says whether the request is sent again. */
public class ChallengeEvent(
    public val url: String,
    public val status: Int,
    public val schemes: List<String>,
    public val isRetried: Boolean,
) : McpEvent() {
    override val name: String get() = "authorization.challenge"
    override val fields: Map<String, Any?>
        get() = mapOf("url" to url, "status" to status, "schemes" to schemes, "isRetried" to isRetried)
}

/**
 * A step of the sign-in.
 *
 * @property step `resource_metadata`, `server_metadata`, `registration`, `authorization`, `token` or `refresh`
 * @property url the document or endpoint, its query left out where it may hold a secret; null if the step needs none
 * @property outcome what came of it, in a few words
 * @property elapsedMillis how long it took, null if nothing was waited for
 */
public class AuthorizationEvent(
    public val step: String,
    public val url: String?,
    public val outcome: String,
    public val elapsedMillis: Long? = null,
) : McpEvent() {
    override val name: String get() = "authorization.step"
    override val fields: Map<String, Any?>
        get() = mapOf("step" to step, "url" to url, "outcome" to outcome, "elapsedMillis" to elapsedMillis)
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

/** A line that a child process wrote to its standard error. These are the server's own words: what it prints there is not redacted. */
public class ServerLogEvent(
    public val line: String,
) : McpEvent() {
    override val name: String get() = "server.log"
    override val fields: Map<String, Any?> get() = mapOf("line" to line)
}

/** Something a person should look at that failed nobody's call: a message nobody waited for, a tool left out. */
public class WarningEvent(
    public val message: String,
) : McpEvent() {
    override val name: String get() = "warning"
    override val fields: Map<String, Any?> get() = mapOf("message" to message)
}
