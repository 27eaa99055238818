package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.Implementation
import io.github.latchkey.mcp.ProtocolVersion
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** What the revision in force asks of every request; callers of a session never see it. */
internal interface Era {
    val version: ProtocolVersion

    /** The method that asks the server whether it is still there. */
    val pingMethod: String

    /** [params] with what the revision wants in them. */
    fun params(params: JsonObject): JsonObject
}

/** 2026-07-28: every request stands alone and says in `_meta` what it is (STL-04, STL-05). */
internal class StatelessEra(
    override val version: ProtocolVersion,
    options: ClientOptions,
    requests: ServerRequests,
) : Era {
    private val envelope =
        JsonObject(
            mapOf(
                "io.modelcontextprotocol/protocolVersion" to JsonPrimitive(version.value),
                "io.modelcontextprotocol/clientInfo" to McpJson.encodeToJsonElement(Implementation.serializer(), options.clientInfo),
                "io.modelcontextprotocol/clientCapabilities" to requests.capabilities(version),
            ),
        )

    // The revision has no ping; server/discover is the request that every server must answer.
    override val pingMethod: String get() = "server/discover"

    override fun params(params: JsonObject): JsonObject {
        val meta = params["_meta"] as? JsonObject
        return JsonObject(params + ("_meta" to if (meta == null) envelope else JsonObject(meta + envelope)))
    }
}
