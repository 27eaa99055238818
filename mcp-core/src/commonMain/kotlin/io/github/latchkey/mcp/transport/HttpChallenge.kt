package io.github.latchkey.mcp.transport

import kotlin.jvm.JvmOverloads
import kotlin.jvm.JvmStatic

/**
 * One challenge of a `WWW-Authenticate` header (RFC 9110 §11.6.1).
 *
 * @property scheme as sent, such as `Bearer`
 * @property parameters names in lower case, values unquoted; a repeated name keeps its first value
 * @property token68 the one token that some schemes send instead of parameters, or null
 */
public class HttpChallenge @JvmOverloads constructor(
    public val scheme: String,
    public val parameters: Map<String, String>,
    public val token68: String? = null,
) {
    override fun toString(): String = parameters.entries.joinToString(", ", "$scheme ") { "${it.key}=\"${it.value}\"" }

    public companion object {
        /** Reads all challenges of all `WWW-Authenticate` fields. What cannot be read is left out; the rest is kept. */
        @JvmStatic
        public fun parse(fields: List<String>): List<HttpChallenge> = fields.flatMap { ChallengeReader(it).read() }
    }
}

/**
 * The grammar of RFC 9110 §11.2 and §11.3: a comma separates both challenges and the parameters of one, so look ahead tells them
 * apart.
 */
private class ChallengeReader(
    private val text: String,
) {
    private var at = 0

    fun read(): List<HttpChallenge> {
        val challenges = mutableListOf<HttpChallenge>()
        while (true) {
            skip { it == ',' || it.isBlank() }
            if (at >= text.length) return challenges
            val scheme = take(Char::isTokenChar)
            if (scheme.isEmpty()) at++ else challenges += challenge(scheme)
        }
    }

    private fun challenge(scheme: String): HttpChallenge {
        skip(Char::isBlank)
        token68()?.let { return HttpChallenge(scheme, emptyMap(), it) }
        val parameters = linkedMapOf<String, String>()
        while (true) {
            val (name, value) = parameter() ?: return HttpChallenge(scheme, parameters)
            if (name !in parameters) parameters[name] = value
            val end = at
            skip { it == ',' || it.isBlank() }
            if (!startsParameter()) {
                at = end
                return HttpChallenge(scheme, parameters)
            }
        }
    }

    private fun parameter(): Pair<String, String>? {
        if (!startsParameter()) return null
        val name = take(Char::isTokenChar).lowercase()
        skip { it.isBlank() || it == '=' }
        return name to if (at < text.length && text[at] == '"') quoted() else take(Char::isTokenChar)
    }

    private fun startsParameter(): Boolean {
        val before = at
        val isName = take(Char::isTokenChar).isNotEmpty()
        skip(Char::isBlank)
        val isParameter = isName && at < text.length && text[at] == '='
        at = before
        return isParameter
    }

    /** A run such as `YII=` that ends at a comma or at the end, and so is no `name=value`. */
    private fun token68(): String? {
        val before = at
        val token = take { it.isLetterOrDigit() || it in "-._~+/" } + take { it == '=' }
        skip(Char::isBlank)
        if (token.isNotEmpty() && (at == text.length || text[at] == ',')) return token
        at = before
        return null
    }

    private fun quoted(): String {
        val value = StringBuilder()
        at++
        while (at < text.length && text[at] != '"') {
            if (text[at] == '\\' && at + 1 < text.length) at++
            value.append(text[at++])
        }
        if (at < text.length) at++
        return value.toString()
    }

    private inline fun take(accept: (Char) -> Boolean): String {
        val start = at
        skip(accept)
        return text.substring(start, at)
    }

    private inline fun skip(accept: (Char) -> Boolean) {
        while (at < text.length && accept(text[at])) at++
    }
}

private fun Char.isBlank(): Boolean = this == ' ' || this == '\t'

private fun Char.isTokenChar(): Boolean = this in 'a'..'z' || this in 'A'..'Z' || this in '0'..'9' || this in "!#$%&'*+-.^_`|~"
