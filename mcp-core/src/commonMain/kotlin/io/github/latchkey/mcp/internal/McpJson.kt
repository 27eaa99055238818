package io.github.latchkey.mcp.internal

import kotlinx.serialization.json.Json

/** Lenient on reading (unknown members are ignored), strict on writing (an absent member is never `null`). */
internal val McpJson: Json =
    Json {
        ignoreUnknownKeys = true
        explicitNulls = false
    }
