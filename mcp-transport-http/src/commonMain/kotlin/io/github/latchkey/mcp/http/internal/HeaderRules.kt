package io.github.latchkey.mcp.http.internal

/**
 * Throws [IllegalArgumentException] if a caller may not set this header; the message never holds the value, which may be a
 * secret.
 */
internal fun checkCallerHeader(name: String, value: String) {
    checkHeader(name, value)
    require(name.lowercase() !in RESERVED) { "the header $name is set by the transport" }
}

/** Throws [IllegalArgumentException] if HTTP cannot carry this header (RFC 9110 §5.5), or an engine would refuse it. */
internal fun checkHeader(name: String, value: String) {
    require(name.isNotEmpty() && name.all(Char::isTokenChar)) { "a header name must be a token, as RFC 9110 §5.6.2 says" }
    require(value.all { it in ' '..'~' || it == '\t' }) { "the value of the header $name must be printable ASCII, without line ends" }
}

/** Whether a server may use [id] as a session id: visible ASCII only (MCP 2025-11-25, Streamable HTTP, Session Management). */
internal fun isSessionId(id: String): Boolean = id.isNotEmpty() && id.all { it in '!'..'~' }

/** The media type of a `Content-Type`: in lower case, without parameters. */
internal fun mediaType(contentType: String?): String? = contentType?.substringBefore(';')?.trim()?.lowercase()

private fun Char.isTokenChar(): Boolean = this in 'a'..'z' || this in 'A'..'Z' || this in '0'..'9' || this in "!#$%&'*+-.^_`|~"

private val RESERVED =
    setOf(
        "accept",
        "connection",
        "content-length",
        "content-type",
        "host",
        "last-event-id",
        "mcp-method",
        "mcp-name",
        "mcp-protocol-version",
        "mcp-session-id",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
