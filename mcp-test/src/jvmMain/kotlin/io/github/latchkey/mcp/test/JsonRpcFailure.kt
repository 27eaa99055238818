package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject

/**
 * Thrown by a handler to answer with a JSON-RPC error instead of a result.
 *
 * @property code the JSON-RPC error code.
 * @property data the error's `data`; null for none.
 * @property status the HTTP status, where the answer is not an event stream.
 */
public class JsonRpcFailure
@JvmOverloads
constructor(
    public val code: Int,
    message: String,
    public val data: JsonElement? = null,
    public val status: Int = 200,
) : RuntimeException(message) {
    public companion object {
        /** The request needs client capabilities that it did not declare (MCP 2026-07-28, `-32021`). */
        @JvmStatic
        public fun missingCapability(requiredCapabilities: JsonObject): JsonRpcFailure =
            JsonRpcFailure(
                ErrorCodes.MISSING_REQUIRED_CLIENT_CAPABILITY,
                "missing required client capability",
                JsonObject(mapOf("requiredCapabilities" to requiredCapabilities)),
                status = 400,
            )

        /** The parameters are wrong (`-32602`). */
        @JvmStatic
        public fun invalidParams(message: String): JsonRpcFailure = JsonRpcFailure(ErrorCodes.INVALID_PARAMS, message)
    }
}

/**
 * Thrown by a handler to answer with [answer] instead of JSON-RPC: with a status that says no. Where the answer is an event stream already, or
 * there is no HTTP, it is the JSON-RPC error `-32603` with [message].
 */
public class HttpFailure(
    public val answer: ScriptedAnswer,
    message: String,
) : RuntimeException(message)

internal object ErrorCodes {
    const val PARSE_ERROR = -32700
    const val INVALID_REQUEST = -32600
    const val METHOD_NOT_FOUND = -32601
    const val INVALID_PARAMS = -32602
    const val INTERNAL_ERROR = -32603
    const val HEADER_MISMATCH = -32020
    const val MISSING_REQUIRED_CLIENT_CAPABILITY = -32021
    const val UNSUPPORTED_PROTOCOL_VERSION = -32022

    /** What common session-era servers send with 400 and 404; clients may not give it a meaning. */
    const val BAD_SESSION = -32000
    const val SESSION_NOT_FOUND = -32001
}
