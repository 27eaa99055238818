package io.github.latchkey.mcp

import io.github.latchkey.mcp.transport.HttpChallenge
import kotlin.jvm.JvmOverloads

/**
 * What went wrong, as a stable name to branch on.
 *
 * @property id the name on the command line and in JSON
 */
public enum class ErrorCode(public val id: String) {
    /** 401, and no authorizer, or the authorizer gave up. */
    UNAUTHORIZED("unauthorized"),

    /** A step of the sign-in failed. */
    AUTHORIZATION_FAILED("authorization_failed"),

    /** 403 without a scope challenge. */
    FORBIDDEN("forbidden"),

    /** 403 `insufficient_scope`, and more scopes could not be had. */
    INSUFFICIENT_SCOPE("insufficient_scope"),

    /** No connection: DNS, refused, no route, or reset before any answer. */
    UNREACHABLE("unreachable"),

    /** The TLS handshake or a certificate. */
    TLS("tls"),

    /** A deadline passed. */
    TIMEOUT("timeout"),

    /** Something answered, but it is no MCP endpoint. */
    NOT_MCP("not_mcp"),

    /** The peer broke the protocol. */
    PROTOCOL("protocol"),

    /** No revision in common. */
    UNSUPPORTED_VERSION("unsupported_version"),

    /** A size limit was reached. */
    TOO_LARGE("too_large"),

    /** 429. */
    RATE_LIMITED("rate_limited"),

    /** 5xx. */
    SERVER_ERROR("server_error"),

    /** Any other 4xx, or a redirect that must not be followed. */
    REJECTED("rejected"),

    /** The server answered with a JSON-RPC error. */
    JSONRPC("jsonrpc"),

    /** A tool said that it failed, where its result was wanted as a value. */
    TOOL_FAILED("tool_failed"),

    /** The session was lost, and one re-initialization did not help. */
    SESSION_EXPIRED("session_expired"),

    /** Use after close, or the session died. */
    CLOSED("closed"),
    ;

    override fun toString(): String = id
}

/** What Latchkey was doing when it failed. */
public enum class Phase(public val id: String) {
    CONNECT("connect"),
    AUTHORIZE("authorize"),
    REQUEST("request"),
    STREAM("stream"),
    CLOSE("close"),
    ;

    override fun toString(): String = id
}

/**
 * The HTTP answer that led to a failure, without its secrets.
 *
 * @property status the HTTP status code
 * @property headers the headers that help to understand it, names in lower case; never a cookie or a session id
 * @property challenges the challenges of `WWW-Authenticate`, empty if there were none
 * @property bodyStart the first characters of the body, null if there was none
 * @property jsonRpcError the JSON-RPC error in the body, null if there was none
 */
public class HttpAnswer @JvmOverloads constructor(
    public val status: Int,
    public val headers: Map<String, String> = emptyMap(),
    public val challenges: List<HttpChallenge> = emptyList(),
    public val bodyStart: String? = null,
    public val jsonRpcError: JsonRpcError? = null,
) {
    override fun toString(): String = "HttpAnswer(status=$status)"
}

/**
 * The facts that every [McpException] carries beside its message.
 *
 * @property phase what was being done
 * @property url the endpoint or document that failed, null where there is none (a child process, say)
 * @property remedy one sentence: what to do next
 * @property answer what the peer said over HTTP, null if it said nothing
 * @property isRetryable whether the same call may succeed later without anybody changing anything
 * @property retryAfterSeconds how long the peer asked to wait, null if it did not say
 */
public class FailureDetails @JvmOverloads constructor(
    public val phase: Phase,
    public val url: String?,
    public val remedy: String,
    public val answer: HttpAnswer? = null,
    public val isRetryable: Boolean = false,
    public val retryAfterSeconds: Long? = null,
)

/**
 * Everything Latchkey throws on purpose, except [IllegalArgumentException] for a caller's mistake. Branch on the type, [code] and the
 * properties; the message is for people.
 *
 * @property code the stable name of the failure
 */
public abstract class McpException(
    message: String,
    cause: Throwable?,
    public val code: ErrorCode,
    internal val facts: FailureDetails,
) : RuntimeException(message, cause) {
    /** What was being done. */
    public val phase: Phase get() = facts.phase

    /** The endpoint or document that failed; null where there is none. */
    public val url: String? get() = facts.url

    /** One sentence: what to do next. */
    public val remedy: String get() = facts.remedy

    /** What the peer said over HTTP; null if it said nothing. */
    public val answer: HttpAnswer? get() = facts.answer

    /** The HTTP status; null if there was no HTTP answer. */
    public val status: Int? get() = answer?.status

    /** The challenges of `WWW-Authenticate`; empty if there were none. */
    public val challenges: List<HttpChallenge> get() = answer?.challenges.orEmpty()

    /** The JSON-RPC error that the peer sent, under whatever status; null if it sent none. */
    public open val jsonRpcError: JsonRpcError? get() = answer?.jsonRpcError

    /** Whether the same call may succeed later without anybody changing anything. */
    public val isRetryable: Boolean get() = facts.isRetryable

    /** How long the peer asked to wait, in seconds; null if it did not say. */
    public val retryAfterSeconds: Long? get() = facts.retryAfterSeconds

    /** What happened before a failed connect, oldest first; empty for other failures. */
    public var trace: List<McpEvent> = emptyList()
        internal set
}

/** 401 without a way to sign in, or after the authorizer gave up ([ErrorCode.UNAUTHORIZED]). */
public class UnauthorizedException(
    message: String,
    details: FailureDetails,
    cause: Throwable? = null,
) : McpException(message, cause, ErrorCode.UNAUTHORIZED, details)

/** 403 without a scope challenge ([ErrorCode.FORBIDDEN]). */
public class ForbiddenException(
    message: String,
    details: FailureDetails,
) : McpException(message, null, ErrorCode.FORBIDDEN, details)

/**
 * 403 `insufficient_scope` (RFC 6750 §3.1) that no further consent could cure ([ErrorCode.INSUFFICIENT_SCOPE]).
 *
 * @property missingScopes the scopes the server asked for; empty if it named none
 */
public class InsufficientScopeException(
    message: String,
    public val missingScopes: List<String>,
    details: FailureDetails,
    cause: Throwable? = null,
) : McpException(message, cause, ErrorCode.INSUFFICIENT_SCOPE, details)

/** No connection, or one that ended before any answer ([ErrorCode.UNREACHABLE]). */
public class UnreachableException(
    message: String,
    details: FailureDetails,
    cause: Throwable?,
) : McpException(message, cause, ErrorCode.UNREACHABLE, details)

/** The TLS handshake failed, or a certificate is not trusted ([ErrorCode.TLS]). */
public class TlsException(
    message: String,
    details: FailureDetails,
    cause: Throwable?,
) : McpException(message, cause, ErrorCode.TLS, details)

/**
 * A deadline passed ([ErrorCode.TIMEOUT]).
 *
 * @property deadline which one: `connect`, `tcp connect`, `idle`, `absolute`, …
 * @property limitMillis how long was waited
 */
public class RequestTimeoutException(
    message: String,
    public val deadline: String,
    public val limitMillis: Long,
    details: FailureDetails,
    cause: Throwable? = null,
) : McpException(message, cause, ErrorCode.TIMEOUT, details)

/** Something answered, but not as an MCP endpoint would ([ErrorCode.NOT_MCP]). */
public class NotMcpException(
    message: String,
    details: FailureDetails,
) : McpException(message, null, ErrorCode.NOT_MCP, details)

/** The peer broke the protocol: malformed, contradictory or incomplete ([ErrorCode.PROTOCOL]). */
public class ProtocolException(
    message: String,
    details: FailureDetails,
    cause: Throwable? = null,
) : McpException(message, cause, ErrorCode.PROTOCOL, details)

/**
 * Client and server have no revision in common ([ErrorCode.UNSUPPORTED_VERSION]).
 *
 * @property clientVersions what this client was willing to speak, newest first
 * @property serverVersions what the server named; empty if it named none
 */
public class UnsupportedVersionException(
    message: String,
    public val clientVersions: List<String>,
    public val serverVersions: List<String>,
    details: FailureDetails,
    cause: Throwable? = null,
) : McpException(message, cause, ErrorCode.UNSUPPORTED_VERSION, details)

/**
 * A size limit was reached; reading stopped there ([ErrorCode.TOO_LARGE]).
 *
 * @property limit the name of the limit, such as `maxMessageBytes`
 * @property limitBytes its value
 */
public class MessageTooLargeException(
    message: String,
    public val limit: String,
    public val limitBytes: Long,
    details: FailureDetails,
) : McpException(message, null, ErrorCode.TOO_LARGE, details)

/** A failing status without a type of its own: [ErrorCode.RATE_LIMITED], [ErrorCode.SERVER_ERROR] or [ErrorCode.REJECTED]. */
public class HttpStatusException(
    message: String,
    code: ErrorCode,
    details: FailureDetails,
) : McpException(message, null, code, details)

/**
 * The server answered with a JSON-RPC error ([ErrorCode.JSONRPC]).
 *
 * @property error its code, message and data
 */
public class JsonRpcException(
    message: String,
    public val error: JsonRpcError,
    details: FailureDetails,
) : McpException(message, null, ErrorCode.JSONRPC, details) {
    override val jsonRpcError: JsonRpcError get() = error
}

/**
 * The session is gone, and starting another did not help ([ErrorCode.SESSION_EXPIRED]).
 *
 * @property mayHaveRun whether the server had begun to answer the request, which therefore is not sent again by itself; else it
 * was refused unseen
 */
public class SessionExpiredException @JvmOverloads constructor(
    message: String,
    details: FailureDetails,
    cause: Throwable? = null,
    public val mayHaveRun: Boolean = false,
) : McpException(message, cause, ErrorCode.SESSION_EXPIRED, details)

/** The session was closed, by the caller or by the failure that is attached as the cause ([ErrorCode.CLOSED]). */
public class SessionClosedException(
    message: String,
    details: FailureDetails,
    cause: Throwable? = null,
) : McpException(message, cause, ErrorCode.CLOSED, details)

/**
 * A tool said that it failed, where its structured content was wanted as a value ([ErrorCode.TOOL_FAILED]).
 *
 * @property result what the tool said; meant for the model that made the call
 */
public class ToolFailedException internal constructor(
    public val result: CallToolResult,
) : McpException(
    "the tool failed: ${result.text}",
    null,
    ErrorCode.TOOL_FAILED,
    FailureDetails(Phase.REQUEST, null, "give the text of the result to the model that made the call: it may call the tool in another way"),
)
