package io.github.latchkey.mcp.skills

import io.github.latchkey.mcp.McpSessionFutures
import io.github.latchkey.mcp.Resource
import io.github.latchkey.mcp.ResourceContents
import io.github.latchkey.mcp.internal.call
import java.util.concurrent.CompletableFuture

/**
 * [Skills] for Java. Cancelling a future ends its request. Needs `org.snakeyaml:snakeyaml-engine` on the class path, and throws
 * [IllegalStateException] where it is missing.
 */
public class SkillsFutures(
    session: McpSessionFutures,
) {
    private val skills = session.session.skills()
    private val scope = session.scope

    /** @see Skills.isOffered */
    public val isOffered: Boolean get() = skills.isOffered

    /** @see Skills.listsDirectories */
    public val listsDirectories: Boolean get() = skills.listsDirectories

    /** @see Skills.list */
    public fun list(): CompletableFuture<List<Skill>> = scope.call { skills.list() }

    /** @see Skills.listPage */
    public fun listPage(cursor: String?): CompletableFuture<ListSkillsResult> = scope.call { skills.listPage(cursor) }

    /** @see Skills.get */
    public fun get(uri: String): CompletableFuture<Skill> = scope.call { skills.get(uri) }

    /** @see Skills.load */
    public fun load(skill: Skill): CompletableFuture<LoadedSkill> = scope.call { skills.load(skill) }

    /** @see Skills.read */
    public fun read(skill: Skill, uri: String): CompletableFuture<ResourceContents> = scope.call { skills.read(skill, uri) }

    /** @see Skills.listDirectory */
    public fun listDirectory(uri: String): CompletableFuture<List<Resource>> = scope.call { skills.listDirectory(uri) }
}
