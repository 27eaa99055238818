package io.github.latchkey.mcp

import kotlinx.serialization.SerialName
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

/** A capability to list something. */
@Serializable
public class ListCapability(
    @SerialName("listChanged") private val tellsOfChanges: Boolean? = null,
) {
    /** Whether the server tells when the list changes. */
    public val listChanged: Boolean get() = tellsOfChanges == true
}

/** The capability to offer resources. */
@Serializable
public class ResourcesCapability(
    @SerialName("subscribe") private val takesSubscriptions: Boolean? = null,
    @SerialName("listChanged") private val tellsOfChanges: Boolean? = null,
) {
    /** Whether changes of one resource can be subscribed to. */
    public val subscribe: Boolean get() = takesSubscriptions == true

    /** Whether the server tells when the list changes. */
    public val listChanged: Boolean get() = tellsOfChanges == true
}
