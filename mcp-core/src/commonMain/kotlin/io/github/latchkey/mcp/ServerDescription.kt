package io.github.latchkey.mcp

import io.github.latchkey.mcp.internal.McpJson
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/**
 * What the server said of itself when the session began: its answer to `server/discover` or to `initialize`.
 *
 * @property protocolVersion the revision in use
 * @property capabilities what it offers
 * @property serverInfo who it says it is; null if it did not say
 * @property instructions how to use it, for a model; null if there are none
 */
@Serializable
public class ServerDescription internal constructor(
    @SerialName("protocolVersion") private val version: String,
    public val capabilities: ServerCapabilities,
    public val serverInfo: Implementation? = null,
    public val instructions: String? = null,
) {
    public val protocolVersion: ProtocolVersion get() = checkNotNull(ProtocolVersion.find(version))

    /** The description as JSON. */
    public fun toJson(): String = McpJson.encodeToString(serializer(), this)
}
