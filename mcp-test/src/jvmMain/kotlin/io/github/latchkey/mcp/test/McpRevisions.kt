package io.github.latchkey.mcp.test

/** The revisions of the Model Context Protocol that [ScriptedMcpServer] can speak. */
public object McpRevisions {
    /** The stateless revision: every request carries its version and capabilities. */
    public const val STATELESS: String = "2026-07-28"

    /** The revisions with `initialize` and session ids over Streamable HTTP, newest first. */
    @JvmField
    public val SESSION_ERA: List<String> = listOf("2025-11-25", "2025-06-18", "2025-03-26")

    /** All of them, newest first. */
    @JvmField
    public val ALL: List<String> = listOf(STATELESS) + SESSION_ERA

    /** The first revision that asks for `MCP-Protocol-Version` on every request after `initialize`. */
    internal const val FIRST_WITH_VERSION_HEADER: String = "2025-06-18"
}
