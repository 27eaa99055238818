package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonObject

/** What `initialize` must look like (MCP 2025-11-25, Lifecycle, Initialization). */
internal fun initializeRefusal(request: RecordedRequest, message: PostedMessage.Request): Refusal? {
    val params = message.params ?: EMPTY_OBJECT
    val problem =
        when {
            request.header("Mcp-Session-Id") != null -> "initialize carries a session id"
            params.string("protocolVersion") == null -> "initialize has no protocolVersion"
            params["capabilities"] !is JsonObject -> "initialize has no capabilities"
            params.objectAt("clientInfo")?.string("name") == null -> "initialize has no clientInfo.name"
            params.objectAt("clientInfo")?.string("version") == null -> "initialize has no clientInfo.version"
            else -> return null
        }
    return Refusal(400, ErrorCodes.INVALID_PARAMS, problem)
}

/** `MCP-Protocol-Version` after `initialize` (MCP 2025-11-25, Protocol Version Header; not asked for by 2025-03-26). */
internal fun sessionVersionRefusal(request: RecordedRequest, negotiated: String): Refusal? {
    val version = request.header("MCP-Protocol-Version")
    return when {
        version == negotiated -> null
        version == null && negotiated < McpRevisions.FIRST_WITH_VERSION_HEADER -> null
        version == null -> Refusal(400, ErrorCodes.BAD_SESSION, "MCP-Protocol-Version is missing")
        else -> Refusal(400, ErrorCodes.BAD_SESSION, "MCP-Protocol-Version is '$version', negotiated was '$negotiated'")
    }
}

/** True for a request in the form of MCP 2026-07-28, by its header or its envelope. */
internal fun isStateless(request: RecordedRequest, message: PostedMessage?): Boolean =
    message?.meta?.string(MetaKeys.PROTOCOL_VERSION) != null || request.header("MCP-Protocol-Version") == McpRevisions.STATELESS

/** The same refusal, not counted as a violation if [isExcused]. */
internal fun Refusal.excused(
    isExcused: Boolean,
): Refusal = if (isExcused) Refusal(status, code, message, data, isViolation = false) else this
