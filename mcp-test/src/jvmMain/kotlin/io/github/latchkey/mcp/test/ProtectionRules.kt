package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** Whether a request may pass a [Protection]. */
internal sealed interface Access {
    /** It may; [token] is null where none was needed. */
    class Granted(val token: TokenInfo?) : Access

    /** It may not; [violation] says what rule the client broke, null if none. */
    class Refused(val reply: HttpReply.Whole, val violation: String?) : Access
}

/** Decides about [request], which carries [message], to the endpoint at [endpointUrl] (RFC 6750 §3; MCP, Authorization). */
internal fun Protection.access(request: RecordedRequest, message: PostedMessage?, endpointUrl: String): Access {
    val required = requiredScopes(message?.methodOrNull, message?.paramsOrNull?.string("name"))
    val challenge = Challenges(this, endpointUrl, required)
    if ("access_token" in request.queryParameters) return Access.Refused(challenge.invalidRequest(), "a token in the query")
    val fields = request.headerValues("Authorization")
    if (fields.size > 1) return Access.Refused(challenge.invalidRequest(), "several Authorization headers")
    if (message?.methodOrNull in openMethods && fields.isEmpty()) return Access.Granted(token = null)
    val token = fields.firstOrNull()?.let(::bearerToken) ?: return Access.Refused(challenge.noToken(), violation = null)
    val info = introspector.introspect(token) ?: return Access.Refused(challenge.invalidToken(), violation = null)
    val isForUs = !checksAudience || info.audience.isEmpty() || (resource ?: endpointUrl) in info.audience
    return when {
        !isForUs -> Access.Refused(challenge.invalidToken(), "a token for another resource")
        !info.scopes.containsAll(required) -> Access.Refused(challenge.insufficientScope(), violation = null)
        else -> Access.Granted(info)
    }
}

/** The URL of the metadata that [protection] serves for [endpointUrl]; null if it serves none. */
internal fun Protection.metadataUrl(endpointUrl: String): String? {
    val origin = originOf(endpointUrl)
    return when (metadataLocation) {
        Protection.MetadataLocation.PATH -> origin + protectedResourcePath(endpointUrl.removePrefix(origin))
        Protection.MetadataLocation.ROOT -> origin + PROTECTED_RESOURCE
        Protection.MetadataLocation.NONE -> null
    }
}

internal const val PROTECTED_RESOURCE: String = "/.well-known/oauth-protected-resource"

/** The well-known path for the endpoint at [path] (RFC 9728 §3.1). */
internal fun protectedResourcePath(path: String): String = PROTECTED_RESOURCE + path.removeSuffix("/")

private fun originOf(url: String): String = url.substringBefore("://") + "://" + url.substringAfter("://").substringBefore('/')

private fun bearerToken(field: String): String? =
    if (field.startsWith("Bearer ", ignoreCase = true)) field.substring("Bearer ".length).trim() else null

private class Challenges(private val protection: Protection, private val endpointUrl: String, private val required: Set<String>) {
    fun noToken() = reply(401, error = null, scopes = protection.challengeScopes ?: required)

    fun invalidToken() = reply(401, "invalid_token", protection.challengeScopes ?: required)

    fun insufficientScope() = reply(403, "insufficient_scope", required)

    fun invalidRequest() = reply(400, "invalid_request", scopes = emptySet())

    private fun reply(status: Int, error: String?, scopes: Collection<String>): HttpReply.Whole {
        val url = (protection.resourceMetadataUrl ?: protection.metadataUrl(endpointUrl)).takeIf { protection.namesMetadata }
        val parameters =
            listOf("error" to error, "resource_metadata" to url, "scope" to scopes.joinToString(" ").ifEmpty { null })
                .filter { it.second != null }
                .joinToString(", ") { (name, value) -> "$name=\"$value\"" }
        val body = JsonObject(mapOf("error" to JsonPrimitive(error ?: "unauthorized")))
        return jsonReply(status, body, mapOf("WWW-Authenticate" to "Bearer $parameters".trim()))
    }
}
