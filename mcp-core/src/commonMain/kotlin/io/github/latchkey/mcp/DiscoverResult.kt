package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.McpJson
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/**
 * The answer to `server/discover` (MCP 2026-07-28, Discovery).
 *
 * @property supportedVersions the revisions the server speaks, in no particular order; never empty
 * @property capabilities what it offers
 * @property instructions how to use it, for a model; null if there are none
 * @property ttlMs for how many milliseconds the answer stays fresh; null if it did not say
 * @property cacheScope `public` or `private`; null if it did not say
 * @property meta the open `_meta`; null if there is none
 */
@Serializable
public class DiscoverResult internal constructor(
    public val supportedVersions: List<String>,
    public val capabilities: ServerCapabilities = ServerCapabilities(),
    public val instructions: String? = null,
    public val ttlMs: Long? = null,
    public val cacheScope: String? = null,
    @SerialName("serverInfo") private val topLevelServerInfo: Implementation? = null,
    @SerialName("_meta") public val meta: RawJson? = null,
    private val resultType: String? = null,
) {
    /** Who the server says it is; null if it did not say. Early servers put it beside the result instead of into `_meta`. */
    public val serverInfo: Implementation? get() = meta?.decode(Meta.serializer())?.serverInfo ?: topLevelServerInfo

    /** The result as JSON. */
    public fun toJson(): String = McpJson.encodeToString(serializer(), this)

    @Serializable
    internal class Meta(
        @SerialName("io.modelcontextprotocol/serverInfo") val serverInfo: Implementation? = null,
    )
}
