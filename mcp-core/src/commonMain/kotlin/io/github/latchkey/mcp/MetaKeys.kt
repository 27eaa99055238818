package io.github.latchkey.mcp

/** What a key of `_meta` may be (STL-90): a name, with a prefix of labels before it, which are not MCP's. */
internal object MetaKeys {
    private const val LABEL = "[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    private val KEY = Regex("(?:($LABEL(?:\\.$LABEL)*)/)?[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
    private val RESERVED = setOf("modelcontextprotocol", "mcp")

    /** Throws [IllegalArgumentException] unless [key] is one that an application may use. */
    fun require(key: String) {
        val match = requireNotNull(KEY.matchEntire(key)) { "'$key' is no key for _meta: write it as com.example/name" }
        require(match.groupValues[1].split('.').getOrNull(1) !in RESERVED) { "the prefix of '$key' is MCP's own" }
    }
}
