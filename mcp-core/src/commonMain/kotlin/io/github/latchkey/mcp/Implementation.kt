package io.github.latchkey.mcp

import kotlinx.serialization.Serializable

/**
 * Who a client or a server says it is. Self-declared: never decide anything on it (MCP 2026-07-28, Discovery).
 *
 * @property name for programs
 * @property version of the implementation
 * @property title for people; null if there is none
 * @property description null if there is none
 * @property websiteUrl null if there is none
 * @property icons as sent, not fetched; null if there are none
 */
@Serializable
public class Implementation(
    public val name: String,
    public val version: String,
    public val title: String? = null,
    public val description: String? = null,
    public val websiteUrl: String? = null,
    public val icons: RawJson? = null,
) {
    public constructor(name: String, version: String) : this(name, version, null)

    override fun toString(): String = "$name $version"
}
