package io.github.latchkey.mcp.skills

import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.McpException

/**
 * A file of a skill is not what the skill's entry promised, and must not be used (SEP-2640, Integrity and verification). The entry
 * may be out of date: get it again, and ask again whoever approved the skill.
 *
 * @property uri the file
 * @property check what it failed
 */
public class SkillVerificationException internal constructor(
    message: String,
    public val uri: String,
    public val check: Check,
    details: FailureDetails,
    cause: Throwable? = null,
) : McpException(message, cause, ErrorCode.PROTOCOL, details) {
    /** What is compared. */
    public enum class Check {
        /** The list of files: it is complete, and names only files of the skill. */
        MANIFEST,

        /** The number of bytes. */
        SIZE,

        /** SHA-256 of the bytes. */
        DIGEST,

        /** The frontmatter of `SKILL.md`, field by field. */
        FRONTMATTER,
    }
}
