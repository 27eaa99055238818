package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.ProtocolVersion
import kotlinx.serialization.json.JsonObject

/** 2024-11-05 to 2025-11-25: what was agreed in `initialize` holds for the session, and requests carry nothing of it. */
internal class SessionEra(
    override val version: ProtocolVersion,
) : Era {
    override val pingMethod: String get() = "ping"

    override fun params(params: JsonObject): JsonObject = params
}
