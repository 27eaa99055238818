package io.github.latchkey.mcp.test

import java.net.URI
import java.net.URISyntaxException
import java.net.URLEncoder

/** Whether [requested] may be used by a client that registered [registered]; [anyLoopbackPort] is RFC 8252 §7.3. */
internal fun isRegisteredRedirect(requested: String, registered: List<String>, anyLoopbackPort: Boolean): Boolean =
    requested in registered || (anyLoopbackPort && registered.any { isSameBesidesLoopbackPort(it, requested) })

private fun isSameBesidesLoopbackPort(registered: String, requested: String): Boolean {
    val one = parseUriOrNull(registered) ?: return false
    val other = parseUriOrNull(requested) ?: return false
    return isLoopbackHttp(one) &&
        isLoopbackHttp(other) &&
        one.host == other.host &&
        one.rawPath == other.rawPath &&
        one.rawQuery == other.rawQuery &&
        other.rawUserInfo == null &&
        other.rawFragment == null
}

/** Why [uri] cannot be registered for [applicationType]; null if it can (RFC 8252 §7; OIDC Registration §2; MCP 2026-07-28). */
internal fun redirectUriProblem(uri: String, applicationType: String?): String? {
    val parsed = parseUriOrNull(uri)?.takeIf { it.isAbsolute } ?: return "a redirect URI is not absolute"
    val isHttps = parsed.scheme.equals("https", ignoreCase = true) && parsed.host != null
    return when {
        parsed.rawFragment != null -> "a redirect URI has a fragment"
        applicationType == "web" && (!isHttps || isLoopbackHost(parsed.host)) -> "a web client's redirect URI is https, not on loopback"
        isHttps || isLoopbackHttp(parsed) -> null
        applicationType == "native" && '.' in parsed.scheme -> null
        else -> "a redirect URI is neither https nor on loopback"
    }
}

/** [uri] with [parameters] added to its query. */
internal fun withQuery(uri: String, parameters: List<Pair<String, String?>>): String {
    val added =
        parameters.mapNotNull { (name, value) -> value?.let { "$name=${formEncode(it)}" } }.joinToString("&")
    return uri + (if ('?' in uri) "&" else "?") + added
}

internal fun parseUriOrNull(text: String): URI? =
    try {
        URI(text)
    } catch (_: URISyntaxException) {
        null
    }

private fun formEncode(text: String): String = URLEncoder.encode(text, "UTF-8")

private fun isLoopbackHttp(uri: URI): Boolean = uri.scheme.equals("http", ignoreCase = true) && isLoopbackHost(uri.host)

private fun isLoopbackHost(host: String?): Boolean = host in setOf("127.0.0.1", "[::1]", "localhost")
