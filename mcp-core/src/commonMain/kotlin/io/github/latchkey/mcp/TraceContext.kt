package io.github.latchkey.mcp

import io.github.latchkey.mcp.transport.HttpHeaderRules
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.jvm.JvmOverloads

/**
 * The trace that calls belong to (W3C Trace Context). It goes into `_meta` of each request, and over HTTP into the headers of the same
 * names (MCP 2026-07-28, OpenTelemetry Trace Context; SEP-414). Put it into the coroutine context, name it in [RequestOptions], or
 * give [ClientOptions] a function that finds it.
 *
 * @property traceparent version, trace id, parent id and flags, as in `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`
 * @property tracestate of the vendors; null for none
 * @property baggage of the application (W3C Baggage); null for none
 */
public class TraceContext
@JvmOverloads
constructor(
    public val traceparent: String,
    public val tracestate: String? = null,
    public val baggage: String? = null,
) : AbstractCoroutineContextElement(TraceContext) {
    init {
        require(TRACEPARENT.matches(traceparent)) { "'traceparent' is not what W3C Trace Context says" }
        tracestate?.let { HttpHeaderRules.require("tracestate", it) }
        baggage?.let { HttpHeaderRules.require("baggage", it) }
    }

    /** By the names of the headers and of the members of `_meta`. */
    internal val members: Map<String, String> =
        buildMap {
            put("traceparent", traceparent)
            tracestate?.let { put("tracestate", it) }
            baggage?.let { put("baggage", it) }
        }

    override fun toString(): String = "TraceContext($traceparent)"

    public companion object Key : CoroutineContext.Key<TraceContext> {
        private val TRACEPARENT = Regex("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?")
    }
}
