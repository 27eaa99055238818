package io.github.latchkey.mcp.skills

import io.github.latchkey.mcp.RawJson

/** What the platform lends to the verification of skills. */
public interface SkillChecks {
    /** SHA-256 of [bytes], as 64 lower-case hexadecimal digits. */
    public fun sha256(bytes: ByteArray): String

    /** The YAML document in [text] as JSON. Throws [IllegalArgumentException] if it is none. */
    public fun parseYaml(text: String): RawJson
}
