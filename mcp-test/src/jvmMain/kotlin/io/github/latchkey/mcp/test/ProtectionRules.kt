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
    val isOpen = message?.methodOrNull in openMethods || !isProtected.test(request.method, message?.methodOrNull)
    if (isOpen && fields.isEmpty()) return Access.Granted(token = null)
    val field = fields.firstOrNull()
    val token =
        field?.let { schemeToken(it, "Bearer") ?: schemeToken(it, "DPoP") } ?: return Access.Refused(challenge.noToken(), violation = null)
    val info = introspector.introspect(token) ?: return Access.Refused(challenge.invalidToken(), violation = null)
    proofRefusal(request, field, token, info, endpointUrl, challenge)?.let { return it }
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

/** A bound token needs its scheme and its proof, a bearer token neither (RFC 9449 §7.1, §7.2). */
private fun Protection.proofRefusal(
    request: RecordedRequest,
    field: String,
    token: String,
    info: TokenInfo,
    endpointUrl: String,
    challenge: Challenges,
): Access.Refused? {
    val isDpop = schemeToken(field, "DPoP") != null
    if (info.keyThumbprint == null && !isDpop) return null
    if (info.keyThumbprint == null) return Access.Refused(challenge.invalidToken(), "a bearer token sent as a bound one")
    if (!isDpop) return Access.Refused(challenge.invalidToken(), "a bound token sent as a bearer token")
    return when (val outcome = proofs.verify(request, endpointUrl, token)) {
        is DpopProofs.Outcome.Valid ->
            if (outcome.keyThumbprint ==
                info.keyThumbprint
            ) {
                null
            } else {
                Access.Refused(challenge.invalidToken(), "a DPoP proof of another key")
            }

        is DpopProofs.Outcome.WantsNonce -> Access.Refused(challenge.wantsNonce(), violation = null)

        is DpopProofs.Outcome.Invalid -> Access.Refused(challenge.invalidProof(), outcome.problem)
    }
}

private fun schemeToken(field: String, scheme: String): String? =
    if (field.startsWith("$scheme ", ignoreCase = true)) field.substring(scheme.length + 1).trim() else null

private class Challenges(private val protection: Protection, private val endpointUrl: String, private val required: Set<String>) {
    fun noToken() = reply(401, error = null, scopes = protection.challengeScopes ?: required)

    fun invalidToken() = reply(401, "invalid_token", protection.challengeScopes ?: required)

    fun invalidProof() = reply(401, "invalid_dpop_proof", scopes = emptySet())

    fun wantsNonce() = reply(401, "use_dpop_nonce", scopes = emptySet())

    fun insufficientScope() = reply(403, "insufficient_scope", required)

    fun invalidRequest() = reply(400, "invalid_request", scopes = emptySet())

    private fun reply(status: Int, error: String?, scopes: Collection<String>): HttpReply.Whole {
        val url = (protection.resourceMetadataUrl ?: protection.metadataUrl(endpointUrl)).takeIf { protection.namesMetadata }
        val parameters =
            listOf("error" to error, "resource_metadata" to url, "scope" to scopes.joinToString(" ").ifEmpty { null })
                .filter { it.second != null }
                .joinToString(", ") { (name, value) -> "$name=\"$value\"" }
        val body = JsonObject(mapOf("error" to JsonPrimitive(error ?: "unauthorized")))
        val challenge = mapOf("WWW-Authenticate" to "${protection.challengeScheme} $parameters".trim())
        return jsonReply(status, body, if (protection.sendsChallenge) challenge else emptyMap())
    }
}
