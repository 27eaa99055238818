package io.github.latchkey.mcp.clients

/**
 * Names for the tools of many servers that model providers accept: at most 64 of `A-Za-z0-9_-`, and each its own. The same tools get the
 * same names, in whatever order their servers answered.
 */
internal object ToolNames {
    private const val MAX_LENGTH = 64
    private const val HASH_LENGTH = 9
    private const val HASH_DIGITS = 8
    private const val HEX = 16

    /** The name of each ([server], tool) in [tools]: both names with `__` between them where that is possible, else with a hash. */
    fun assign(tools: Collection<Pair<String, String>>): Map<Pair<String, String>, String> {
        val wanted = tools.distinct().groupBy(::plain)
        val assigned = mutableMapOf<Pair<String, String>, String>()
        for ((name, sharing) in wanted) {
            val isFaithful = sharing.size == 1 && name.length <= MAX_LENGTH && name == sharing.single().run { "${first}__$second" }
            for (tool in sharing) assigned[tool] = if (isFaithful) name else hashed(name, tool)
        }
        return assigned
    }

    private fun plain(tool: Pair<String, String>): String = clean(tool.first) + "__" + clean(tool.second)

    private fun clean(name: String): String =
        name.map { if (it in 'a'..'z' || it in 'A'..'Z' || it in '0'..'9' || it == '_' || it == '-') it else '_' }.joinToString("")

    /** With it, two names differ unless their hashes are the same: one in four thousand million. */
    private fun hashed(name: String, tool: Pair<String, String>): String {
        val hash = "${tool.first}\u0000${tool.second}".hashCode().toUInt().toString(HEX).padStart(HASH_DIGITS, '0')
        return name.take(MAX_LENGTH - HASH_LENGTH) + "_" + hash
    }
}
