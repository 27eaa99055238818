package io.github.latchkey.mcp.transport

import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.jvm.JvmOverloads

/**
 * What travels with one call onto every HTTP request that it causes, the resumption of a stream and the notice of a cancellation
 * included. Put it into the coroutine context (`withContext(CallContext(…)) { session.callTool(…) }`) or name it in
 * [io.github.latchkey.mcp.RequestOptions].
 *
 * @property headers names and values to add; refused with [IllegalArgumentException] if a name is no token or a value has a
 * control character
 * @property identity for whom the call is made, as the authorizer knows it; null for the one and only user
 */
public class CallContext
@JvmOverloads
constructor(
    headers: Map<String, String>,
    public val identity: String? = null,
) : AbstractCoroutineContextElement(CallContext) {
    public val headers: Map<String, String> = headers.toMap()

    init {
        headers.forEach { (name, value) -> HttpHeaderRules.require(name, value) }
    }

    /** Names the headers and leaves their values out. */
    override fun toString(): String = "CallContext(${headers.keys})"

    public companion object Key : CoroutineContext.Key<CallContext>
}

/** What may stand in a header (RFC 9110 §5.5, §5.6.2). */
public object HttpHeaderRules {
    /** Throws [IllegalArgumentException], which names the header and not its value, unless both may be sent. */
    public fun require(name: String, value: String) {
        require(name.isNotEmpty() && name.all { it in TOKEN }) { "'${name.filter { it in ' '..'~' }}' is no name of an HTTP header" }
        require(value.all { it == '\t' || it in ' '..'~' }) { "the value of the HTTP header $name has a character that must not be sent" }
    }

    private val TOKEN = (('a'..'z') + ('A'..'Z') + ('0'..'9') + "!#$%&'*+-.^_`|~".toList()).toSet()
}
