package io.github.latchkey.mcp.skills

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ResourceContents
import io.github.latchkey.mcp.skills.SkillVerificationException.Check
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlinx.serialization.json.doubleOrNull
import kotlin.io.encoding.Base64

/** The rules by which a file of a skill may be used (SEP-2640, Resources; Integrity and verification). Does no I/O. */
internal class SkillVerifier(
    private val endpoint: String,
    private val checks: SkillChecks,
) {
    /** The entry has to be one that a skill can have, before anything of it is read. */
    fun checkManifest(skill: Skill) {
        val frontmatter = skill.frontmatter.toObject() ?: throw failed(skill.uri, Check.FRONTMATTER, "the entry has no frontmatter")
        val folder = skill.root.dropLast(1).substringAfterLast('/')
        if (!skill.uri.endsWith("/$MAIN_FILE")) throw failed(skill.uri, Check.MANIFEST, "the URI of a skill ends with $MAIN_FILE")
        if (frontmatter["name"] != JsonPrimitive(folder)) throw failed(skill.uri, Check.MANIFEST, "the skill is not named as its folder")
        val files = skill.resources ?: return
        if (skill.file(skill.uri) == null) throw failed(skill.uri, Check.MANIFEST, "the entry does not list $MAIN_FILE")
        if (files.distinctBy { it.uri }.size != files.size) throw failed(skill.uri, Check.MANIFEST, "the entry lists a file twice")
        files.find { !it.uri.startsWith(skill.root) }?.let { throw failed(it.uri, Check.MANIFEST, "the file is none of ${skill.uri}") }
    }

    fun checkBelongs(skill: Skill, uri: String) {
        val isListed = if (skill.resources == null) uri.startsWith(skill.root) else skill.file(uri) != null
        if (!isListed) throw failed(uri, Check.MANIFEST, "the entry of ${skill.uri} does not list it")
    }

    /** The one of [contents] that was asked for. */
    fun content(uri: String, contents: List<ResourceContents>): ResourceContents =
        contents.find { it.uri == uri } ?: throw failed(uri, Check.MANIFEST, "the server sent something else")

    /** Checks size and digest of [content]; what the entry does not have cannot be checked. */
    fun check(skill: Skill, content: ResourceContents) {
        val file = skill.file(content.uri) ?: return
        val bytes = bytes(content)
        if (file.size != null && file.size != bytes.size.toLong()) {
            throw failed(content.uri, Check.SIZE, "it has ${bytes.size} bytes, and the entry says ${file.size}")
        }
        if (file.digest != "sha256:" + checks.sha256(bytes)) throw failed(content.uri, Check.DIGEST, "its digest is not that of the entry")
    }

    fun load(skill: Skill, content: ResourceContents): LoadedSkill {
        check(skill, content)
        val text = content.text ?: bytes(content).decodeToString()
        val match = FRONTMATTER.matchAt(text, 0) ?: throw failed(skill.uri, Check.FRONTMATTER, "$MAIN_FILE does not begin with frontmatter")
        val (yaml, instructions) = match.destructured
        val differing = difference(skill.frontmatter.toObject().orEmpty(), parse(skill.uri, yaml))
        if (differing != null) throw failed(skill.uri, Check.FRONTMATTER, "the field '$differing' is not that of the entry")
        return LoadedSkill(skill, text, instructions)
    }

    private fun parse(uri: String, yaml: String): JsonObject {
        val parsed =
            try {
                checks.parseYaml(yaml)
            } catch (e: IllegalArgumentException) {
                throw failed(uri, Check.FRONTMATTER, "the frontmatter of $MAIN_FILE is no YAML", e)
            }
        return parsed.toObject() ?: throw failed(uri, Check.FRONTMATTER, "the frontmatter of $MAIN_FILE is no YAML mapping")
    }

    private fun difference(promised: Map<String, JsonElement>, found: JsonObject): String? =
        (promised.keys + found.keys).find { !isSame(promised[it], found[it]) }

    private fun isSame(promised: JsonElement?, found: JsonElement?): Boolean =
        when (promised) {
            null -> found == null

            is JsonObject -> found is JsonObject && difference(promised, found) == null

            is JsonArray ->
                found is JsonArray && found.size == promised.size && promised.indices.all { isSame(promised[it], found[it]) }

            is JsonPrimitive -> found is JsonPrimitive && isSameValue(promised, found)
        }

    /** 1 and 1.0 are the same number, and "1" is neither. */
    private fun isSameValue(promised: JsonPrimitive, found: JsonPrimitive): Boolean =
        promised == found ||
            (isNumber(promised) && isNumber(found) && promised.doubleOrNull == found.doubleOrNull)

    private fun isNumber(value: JsonPrimitive) = !value.isString && value !is JsonNull && value.booleanOrNull == null

    private fun bytes(content: ResourceContents): ByteArray {
        content.text?.let { return it.encodeToByteArray() }
        try {
            return Base64.decode(content.blob.orEmpty())
        } catch (e: IllegalArgumentException) {
            throw failed(content.uri, Check.DIGEST, "it is no Base64", e)
        }
    }

    private fun failed(uri: String, check: Check, why: String, cause: Throwable? = null) =
        SkillVerificationException(
            "$uri of $endpoint must not be used: $why",
            uri,
            check,
            FailureDetails(Phase.REQUEST, endpoint, "get the entry of the skill again; if it stays so, do not trust the skill"),
            cause,
        )

    private companion object {
        const val MAIN_FILE = "SKILL.md"
        val FRONTMATTER = Regex("\uFEFF?---[ \\t]*\\r?\\n([\\s\\S]*?)^---[ \\t]*(?:\\r?\\n|$)([\\s\\S]*)", RegexOption.MULTILINE)
    }
}
