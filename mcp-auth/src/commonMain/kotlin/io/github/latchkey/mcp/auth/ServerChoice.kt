package io.github.latchkey.mcp.auth

/**
 * Chooses one of several authorization servers that protect an MCP server (RFC 9728 §7.6). Without it: the one that the client belongs to, one where a
 * client is registered already, or the first where one can be had.
 */
public fun interface ServerChoice {
    /** Returns one of [issuers], of which there are at least two. Must not block. */
    public fun choose(issuers: List<String>): String
}
