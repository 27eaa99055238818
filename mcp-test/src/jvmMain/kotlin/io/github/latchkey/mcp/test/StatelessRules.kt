package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

internal object MetaKeys {
    const val PROTOCOL_VERSION = "io.modelcontextprotocol/protocolVersion"
    const val CLIENT_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities"
    const val CLIENT_INFO = "io.modelcontextprotocol/clientInfo"
    const val LOG_LEVEL = "io.modelcontextprotocol/logLevel"
    const val SERVER_INFO = "io.modelcontextprotocol/serverInfo"
}

/** What MCP 2026-07-28, Streamable HTTP, asks of a POST. [inputSchemaOf] gives the schema of a tool, for `Mcp-Param-*`. */
internal fun statelessRefusal(
    request: RecordedRequest,
    message: PostedMessage,
    supported: List<String>,
    inputSchemaOf: (tool: String) -> JsonObject?,
): Refusal? =
    mediaTypeRefusal(request)
        ?: when (message) {
            is PostedMessage.Malformed -> message.refusal

            is PostedMessage.Response -> Refusal(400, ErrorCodes.INVALID_REQUEST, "a client sends no responses in this revision")

            is PostedMessage.Notification -> versionHeaderRefusal(request, supported)

            is PostedMessage.Request ->
                metaRefusal(message)
                    ?: versionMismatch(request, message)
                    ?: versionHeaderRefusal(request, supported)
                    ?: mirroredHeaderRefusal(request, message)
                    ?: parameterHeaderRefusal(request, message, inputSchemaOf)
        }

/** `Accept` and `Content-Type` of a POST, the same in every revision of Streamable HTTP. */
internal fun mediaTypeRefusal(request: RecordedRequest): Refusal? {
    val missing = setOf("application/json", "text/event-stream") - acceptedTypes(request.header("Accept"))
    if (missing.isNotEmpty()) return Refusal(406, ErrorCodes.BAD_SESSION, "Accept does not list ${missing.joinToString()}")
    val contentType = request.header("Content-Type")
    if (contentType == null || mediaType(contentType) != "application/json") {
        return Refusal(415, ErrorCodes.BAD_SESSION, "Content-Type is not application/json")
    }
    return null
}

private fun metaRefusal(message: PostedMessage.Request): Refusal? {
    val meta = message.meta ?: return Refusal(400, ErrorCodes.INVALID_PARAMS, "params._meta is missing")
    val clientInfo = meta[MetaKeys.CLIENT_INFO]
    val problem =
        when {
            meta.string(MetaKeys.PROTOCOL_VERSION) == null -> "_meta has no ${MetaKeys.PROTOCOL_VERSION}"
            meta.objectAt(MetaKeys.CLIENT_CAPABILITIES) == null -> "_meta has no ${MetaKeys.CLIENT_CAPABILITIES}"
            clientInfo != null && !isImplementation(clientInfo) -> "_meta has a ${MetaKeys.CLIENT_INFO} without name or version"
            else -> return null
        }
    return Refusal(400, ErrorCodes.INVALID_PARAMS, problem)
}

private fun isImplementation(value: JsonElement): Boolean =
    value is JsonObject && value.string("name") != null && value.string("version") != null

private fun versionMismatch(request: RecordedRequest, message: PostedMessage): Refusal? {
    val header = request.header("MCP-Protocol-Version") ?: return headerMismatch("MCP-Protocol-Version is missing")
    val inBody = message.meta?.string(MetaKeys.PROTOCOL_VERSION)
    return if (header == inBody) null else headerMismatch("MCP-Protocol-Version is '$header', _meta says '$inBody'")
}

private fun versionHeaderRefusal(request: RecordedRequest, supported: List<String>): Refusal? {
    val version = request.header("MCP-Protocol-Version") ?: return headerMismatch("MCP-Protocol-Version is missing")
    return if (version == McpRevisions.STATELESS) null else unsupportedVersion(version, supported)
}

/** `-32022` with the two lists. No violation: asking is how a client finds out. */
internal fun unsupportedVersion(requested: String, supported: List<String>): Refusal =
    Refusal(
        400,
        ErrorCodes.UNSUPPORTED_PROTOCOL_VERSION,
        "unsupported protocol version",
        JsonObject(
            mapOf("supported" to JsonArray(supported.map(::JsonPrimitive)), "requested" to JsonPrimitive(requested)),
        ),
        isViolation = false,
    )

private fun mirroredHeaderRefusal(request: RecordedRequest, message: PostedMessage.Request): Refusal? {
    val methodHeader = request.header("Mcp-Method") ?: return headerMismatch("Mcp-Method is missing")
    if (methodHeader != message.method) return headerMismatch("Mcp-Method is '$methodHeader', the body says '${message.method}'")
    val member = nameMember(message.method) ?: return null
    val name = message.params?.string(member) ?: return null
    return mirrorProblem("Mcp-Name", request.headerValues("Mcp-Name"), name)
}

/** The member of `params` that `Mcp-Name` repeats; null for methods without it. */
private fun nameMember(method: String): String? =
    when (method) {
        "tools/call", "prompts/get" -> "name"
        "resources/read" -> "uri"
        "tasks/get", "tasks/update", "tasks/cancel" -> "taskId"
        else -> null
    }

/** Refuses [header] unless it was sent once and stands for [expected]. */
internal fun mirrorProblem(header: String, sent: List<String>, expected: String): Refusal? {
    val value = sent.singleOrNull() ?: return headerMismatch("$header was sent ${sent.size} times instead of once")
    val decoded = decodeHeaderValue(value) ?: return headerMismatch("$header is not valid Base64 in its sentinel")
    return if (decoded == expected) null else headerMismatch("$header does not match the body")
}

internal fun headerMismatch(message: String): Refusal = Refusal(400, ErrorCodes.HEADER_MISMATCH, "Header mismatch: $message")
