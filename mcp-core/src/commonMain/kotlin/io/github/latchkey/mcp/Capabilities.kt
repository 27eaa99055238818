package io.github.latchkey.mcp

import kotlinx.serialization.Serializable

/**
 * What a server offers. A member that is null was not declared.
 *
 * @property extensions by extension id (2026-07-28); empty if none
 */
@Serializable
public class ServerCapabilities(
    public val tools: ListCapability? = null,
    public val resources: ResourcesCapability? = null,
    public val prompts: ListCapability? = null,
    public val logging: RawJson? = null,
    public val completions: RawJson? = null,
    public val tasks: RawJson? = null,
    public val experimental: RawJson? = null,
    public val extensions: Map<String, RawJson> = emptyMap(),
)

/** A capability to list something; [listChanged] says whether the server tells when the list changes. */
@Serializable
public class ListCapability(
    public val listChanged: Boolean = false,
)

/** The capability to offer resources; [subscribe] says whether changes of one resource can be subscribed to. */
@Serializable
public class ResourcesCapability(
    public val subscribe: Boolean = false,
    public val listChanged: Boolean = false,
)
