package io.github.latchkey.mcp

import kotlinx.serialization.Serializable

/**
 * A folder or file that a server may work in (MCP, Roots).
 *
 * @property uri a `file://` URI
 * @property name for people; null if there is none
 */
@Serializable
public class Root(
    public val uri: String,
    public val name: String? = null,
) {
    init {
        require(uri.startsWith("file://")) { "the uri of a root begins with file://, unlike $uri" }
    }
}

/** Names the roots, each time anew. */
public fun interface RootsHandler {
    public suspend fun roots(): List<Root>
}
