package io.github.latchkey.mcp.auth.internal

/** Proves the common compilation of this module until it has code of its own. */
internal const val MODULE: String = "mcp-auth"
