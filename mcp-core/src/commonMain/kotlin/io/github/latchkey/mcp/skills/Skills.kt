package io.github.latchkey.mcp.skills

import io.github.latchkey.mcp.McpSession
import io.github.latchkey.mcp.Resource
import io.github.latchkey.mcp.ResourceContents
import io.github.latchkey.mcp.internal.Paging
import kotlinx.serialization.KSerializer
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlin.jvm.JvmSynthetic

/**
 * The skills that the server of [session] publishes (extension `io.modelcontextprotocol/skills`, SEP-2640). Nothing is read before
 * somebody asks for it, and what is read is verified against the entry of its skill. A verified skill is what the server meant to
 * send, no more: it is still input from outside, and loading it is for a person to approve.
 *
 * Every call throws what calls of [McpSession] throw.
 */
public class Skills(
    private val session: McpSession,
    checks: SkillChecks,
) {
    private val verifier = SkillVerifier(session.endpoint, checks)

    /** Whether the server declared the extension. */
    public val isOffered: Boolean get() = session.server.capabilities.extensions.containsKey(EXTENSION)

    /** Whether the server lists folders. */
    public val listsDirectories: Boolean
        get() {
            val settings = session.server.capabilities.extensions[EXTENSION]?.toObject()
            return (settings?.get("directoryRead") as? JsonPrimitive)?.booleanOrNull == true
        }

    /** All skills that the server lists, page by page to the last. It may have others: see [get]. */
    @JvmSynthetic
    public suspend fun list(): List<Skill> =
        Paging.all(session.endpoint, "skills/list", ::listPage, ListSkillsResult::skills, ListSkillsResult::nextCursor)

    /** One page of skills; the first when [cursor] is null. */
    @JvmSynthetic
    public suspend fun listPage(cursor: String?): ListSkillsResult =
        request("skills/list", Paging.params(cursor), ListSkillsResult.serializer())

    /** The entry of the skill whose `SKILL.md` is at [uri], whether it is listed or not. */
    @JvmSynthetic
    public suspend fun get(uri: String): Skill = request("skills/get", uriParams(uri), GetSkillResult.serializer()).skill

    /**
     * Reads the `SKILL.md` of [skill]. Throws [SkillVerificationException] unless its size, its digest and every field of its
     * frontmatter are those of the entry. Without [Skill.resources] only the frontmatter can be compared.
     */
    @JvmSynthetic
    public suspend fun load(skill: Skill): LoadedSkill {
        verifier.checkManifest(skill)
        val contents = session.readResource(skill.uri).contents
        return verifier.load(skill, verifier.content(skill.uri, contents))
    }

    /**
     * Reads the file [uri] of [skill]. Throws [SkillVerificationException] unless the entry lists it and its size and digest are those
     * of the entry. Without [Skill.resources] nothing can be compared.
     */
    @JvmSynthetic
    public suspend fun read(skill: Skill, uri: String): ResourceContents {
        verifier.checkManifest(skill)
        verifier.checkBelongs(skill, uri)
        val content = verifier.content(uri, session.readResource(uri).contents)
        verifier.check(skill, content)
        return content
    }

    /**
     * What the folder [uri] holds; folders in it have the MIME type `inode/directory`. Throws [IllegalStateException] if the server
     * does not list folders.
     */
    @JvmSynthetic
    public suspend fun listDirectory(uri: String): List<Resource> {
        check(listsDirectories) { "the server did not declare the setting directoryRead of $EXTENSION" }
        val method = "resources/directory/read"
        val fetch: suspend (String?) -> ReadDirectoryResult = { cursor ->
            request(method, JsonObject(uriParams(uri) + Paging.params(cursor)), ReadDirectoryResult.serializer())
        }
        return Paging.all(session.endpoint, method, fetch, ReadDirectoryResult::resources, ReadDirectoryResult::nextCursor)
    }

    private suspend fun <T> request(method: String, params: JsonObject, result: KSerializer<T>): T = session.request(method, params, result)

    private fun uriParams(uri: String) = JsonObject(mapOf("uri" to JsonPrimitive(uri)))

    @Serializable
    private class GetSkillResult(
        val skill: Skill,
    )

    @Serializable
    private class ReadDirectoryResult(
        val resources: List<Resource>,
        val nextCursor: String? = null,
    )

    public companion object {
        /** The id of the extension. */
        public const val EXTENSION: String = "io.modelcontextprotocol/skills"
    }
}
