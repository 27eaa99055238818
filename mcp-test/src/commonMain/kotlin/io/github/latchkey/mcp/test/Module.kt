package io.github.latchkey.mcp.test.internal

/** Proves the common compilation of this module until it has code of its own. */
internal const val MODULE: String = "mcp-test"
