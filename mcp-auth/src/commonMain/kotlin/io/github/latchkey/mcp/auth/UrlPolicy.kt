package io.github.latchkey.mcp.auth

import kotlin.jvm.JvmField

/**
 * Decides which of the URLs that a server supplied are used: its metadata, its authorization server, the endpoints of that one, and where a document redirects to.
 * Whoever operates an MCP server chooses them, and could have us ask a router or a cloud's metadata service in its place (MCP Security Best Practices, SSRF).
 *
 * [STANDARD] wants `https`, and public addresses; a server on this machine may name others here and in the local network, also by `http`, and one in the local
 * network may name others there. All addresses of a name are looked at before each use. Where DNS answers differently a moment later (DNS rebinding)
 * that does not help: the connection looks the name up again, though usually in the same cache. An application that takes servers from strangers should also
 * keep its machine from reaching what it must not.
 */
public fun interface UrlPolicy {
    /** Returns null if [url] may be used, else why not, to complete the sentence "refused to use …, which …". Called for each use; must not block. */
    public fun findObjection(url: SuppliedUrl): String?

    public companion object {
        /** Follows [SuppliedUrl.objection]. */
        @JvmField
        public val STANDARD: UrlPolicy = UrlPolicy { it.objection }

        /** Has no objection to anything: for a closed network whose servers are all trusted. A person is still only sent to `https`, or to this machine. */
        @JvmField
        public val UNRESTRICTED: UrlPolicy = UrlPolicy { null }
    }
}

/**
 * A URL that a server supplied.
 *
 * @property url as it came
 * @property step what it is needed for
 * @property host in lower case, an IPv6 literal in its brackets
 * @property addresses where [host] leads, in digits; empty if that is not known
 * @property server the MCP endpoint it is needed for, without its query
 * @property objection what [UrlPolicy.STANDARD] has against it, null if nothing
 */
public class SuppliedUrl internal constructor(
    public val url: String,
    public val step: AuthorizationStep,
    public val host: String,
    public val addresses: List<String>,
    public val server: String,
    public val objection: String?,
) {
    override fun toString(): String = url.substringBefore('?')
}
