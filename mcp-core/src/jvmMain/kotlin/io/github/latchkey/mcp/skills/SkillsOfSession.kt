package io.github.latchkey.mcp.skills

import io.github.latchkey.mcp.McpSession

/**
 * The skills that the server publishes. Throws [IllegalStateException] if `org.snakeyaml:snakeyaml-engine`, with which their
 * frontmatter is read, is not on the class path.
 */
public fun McpSession.skills(): Skills = Skills(this, JvmSkillChecks())
