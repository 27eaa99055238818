package io.github.latchkey.mcp.skills

import io.github.latchkey.mcp.CacheableResult
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.internal.McpJson
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull

/**
 * What a server says of one skill (SEP-2640): enough to offer it, without having read any of it.
 *
 * @property uri of the skill's `SKILL.md`; with the server it names the skill, as names need not be unique
 * @property frontmatter the whole frontmatter of `SKILL.md`, an object
 * @property resources every file of the skill, `SKILL.md` included; null if its content is generated, and cannot be verified
 */
@Serializable
public class Skill(
    public val uri: String,
    public val frontmatter: RawJson,
    public val resources: List<SkillFile>? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
) {
    /** The skill's name, a label; empty if the frontmatter has none. */
    public val name: String get() = text("name")

    /** When to use the skill, for a model; empty if the frontmatter says nothing. */
    public val description: String get() = text("description")

    /** The URI of the skill's folder, with a slash at its end. */
    internal val root: String get() = uri.substringBeforeLast('/') + "/"

    /** What is published of the file [uri]; null if it is not a file of the skill. */
    internal fun file(uri: String): SkillFile? = resources?.find { it.uri == uri }

    private fun text(name: String) = (frontmatter.toObject()?.get(name) as? JsonPrimitive)?.contentOrNull.orEmpty()

    /** The skill as JSON. */
    public fun toJson(): String = McpJson.encodeToString(serializer(), this)

    override fun toString(): String = "Skill($uri)"
}

/**
 * One file of a skill.
 *
 * @property digest `sha256:` and 64 hexadecimal digits
 * @property size in bytes; null if the server did not say
 */
@Serializable
public class SkillFile(
    public val uri: String,
    public val digest: String,
    public val size: Long? = null,
) {
    override fun toString(): String = "SkillFile($uri)"
}

/** One page of `skills/list`; [nextCursor] is null on the last. A server may list none, or not all, of the skills it has. */
@Serializable
public class ListSkillsResult(
    public val skills: List<Skill>,
    public val nextCursor: String? = null,
    override val ttlMs: Long? = null,
    override val cacheScope: String? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
    private val resultType: String? = null,
) : CacheableResult {
    /** The result as JSON. */
    public fun toJson(): String = McpJson.encodeToString(serializer(), this)
}

/**
 * A skill whose `SKILL.md` was read and is what its entry promised, as far as the entry promised anything.
 *
 * @property text the whole `SKILL.md`
 * @property instructions what stands behind the frontmatter
 */
public class LoadedSkill internal constructor(
    public val skill: Skill,
    public val text: String,
    public val instructions: String,
) {
    /**
     * The URI of the file that `SKILL.md` calls [path], relative to the skill's folder. Throws [IllegalArgumentException] if that
     * leads out of the folder.
     */
    public fun resolve(path: String): String {
        val segments = mutableListOf<String>()
        for (segment in path.split('/')) {
            when (segment) {
                "", "." -> {}
                ".." -> requireNotNull(segments.removeLastOrNull()) { "$path leads out of the skill ${skill.uri}" }
                else -> segments += segment
            }
        }
        return skill.root + segments.joinToString("/")
    }

    override fun toString(): String = "LoadedSkill(${skill.uri})"
}
