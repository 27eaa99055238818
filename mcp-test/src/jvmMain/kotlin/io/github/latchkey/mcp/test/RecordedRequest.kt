package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import java.net.URLDecoder

/**
 * One HTTP request as a server of this kit received it. It is recorded when it arrives, so also if the client goes away.
 *
 * @property method the HTTP method.
 * @property path the path as it was sent, without the query.
 * @property query the raw query, empty if there is none.
 * @property headers all header fields, by the name as it was sent.
 * @property body the whole body as UTF-8 text.
 */
public class RecordedRequest internal constructor(
    public val method: String,
    public val path: String,
    public val query: String,
    public val headers: Map<String, List<String>>,
    public val body: String,
) {
    /** The status of the answer; null while there is none. */
    @Volatile
    public var status: Int? = null
        internal set

    /** The body as JSON; null if it is not JSON. */
    public val json: JsonElement? by lazy { if (body.isEmpty()) null else parseJsonOrNull(body) }

    /** The `method` of the JSON-RPC message in the body; null if there is none. */
    public val jsonRpcMethod: String? get() = (json as? JsonObject)?.string("method")

    /** The parameters of a form body; the last one of a repeated name. */
    public val form: Map<String, String> by lazy { parseForm(body).toMap() }

    /** The parameters of the query; the last one of a repeated name. */
    public val queryParameters: Map<String, String> by lazy { parseForm(query).toMap() }

    /** The value of header [name] whatever its case, several fields joined by a comma; null if it was not sent. */
    public fun header(name: String): String? = headerValues(name).takeIf { it.isNotEmpty() }?.joinToString(", ")

    /** All values of header [name] whatever its case, one for each field. */
    public fun headerValues(name: String): List<String> =
        headers.entries.filter { it.key.equals(name, ignoreCase = true) }.flatMap { it.value }

    /** Method and path, to speak of the request. */
    internal val line: String get() = "$method $path"

    /** Method, path and status. Headers, query and body may hold secrets and are left out. */
    override fun toString(): String = "$line -> ${status ?: "no answer"}"
}

/** The name and value pairs of `application/x-www-form-urlencoded` [text], in order. */
internal fun parseForm(text: String): List<Pair<String, String>> =
    text.split('&').filter { it.isNotEmpty() }.map { pair ->
        decodeFormComponent(pair.substringBefore('=')) to decodeFormComponent(pair.substringAfter('=', ""))
    }

private fun decodeFormComponent(text: String): String =
    try {
        URLDecoder.decode(text, "UTF-8")
    } catch (_: IllegalArgumentException) {
        text
    }
