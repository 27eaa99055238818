package io.github.latchkey.mcp.skills

import io.github.latchkey.mcp.McpSession

/**
 * The skills that the server publishes. Throws [IllegalStateException] if `org.snakeyaml:snakeyaml-engine`, with which their
 * frontmatter is read, is not on the class path.
 */
public fun McpSession.skills(): Skills =
    try {
        Skills(this, JvmSkillChecks())
    } catch (e: LinkageError) {
        throw IllegalStateException(
            "to read skills, add org.snakeyaml:snakeyaml-engine to the dependencies: their frontmatter is YAML",
            e,
        )
    }
