package io.github.latchkey.mcp.test

import java.net.URLDecoder
import java.security.MessageDigest
import java.util.Base64

/**
 * The client that sent [request] to an endpoint of [server], by the one method it registered (RFC 6749 §2.3). [audiences] are what its assertion may be
 * for. Throws [OAuthFailure].
 */
internal fun authenticatedClient(request: RecordedRequest, server: AuthorizationServer, audiences: Collection<String>): RegisteredClient {
    val attempts = listOfNotNull(basicCredentials(request), postedCredentials(request), assertedCredentials(request))
    if (attempts.size > 1) refuse("invalid_request", "more than one method of client authentication")
    val attempt = attempts.singleOrNull() ?: publicClient(request)
    val client = server.findClient(attempt.clientId) ?: refuseExpected("invalid_client", "unknown client", status = 401)
    if (attempt.method != client.tokenEndpointAuthMethod) {
        refuseClient("authenticated by ${attempt.method}, registered for ${client.tokenEndpointAuthMethod}")
    }
    if (attempt.method == "private_key_jwt") {
        server.clientAssertions.require(attempt.secret.orEmpty(), client, audiences)
    } else if (!isSame(attempt.secret.orEmpty(), client.clientSecret.orEmpty())) {
        refuseClient("wrong secret")
    }
    return client
}

/** Whether [request] names a client in any way. */
internal fun namesClient(request: RecordedRequest): Boolean =
    request.header("Authorization") != null || listOf("client_id", "client_assertion").any { it in request.form }

private class Credentials(val method: String, val clientId: String, val secret: String?)

private fun basicCredentials(request: RecordedRequest): Credentials? {
    val field = request.header("Authorization") ?: return null
    if (!field.startsWith("Basic ", ignoreCase = true)) refuseClient("an Authorization header that is not Basic")
    return try {
        val pair = String(Base64.getDecoder().decode(field.substring("Basic ".length).trim()))
        if (':' !in pair) refuseClient("Basic credentials without a colon")
        Credentials("client_secret_basic", formDecode(pair.substringBefore(':')), formDecode(pair.substringAfter(':')))
    } catch (_: IllegalArgumentException) {
        refuseClient("Basic credentials that cannot be decoded")
    }
}

private fun postedCredentials(request: RecordedRequest): Credentials? {
    val secret = request.form["client_secret"] ?: return null
    return Credentials("client_secret_post", request.form["client_id"] ?: refuseClient("client_secret without client_id"), secret)
}

private fun assertedCredentials(request: RecordedRequest): Credentials? {
    val assertion = request.form["client_assertion"] ?: return null
    if (request.form["client_assertion_type"] != CLIENT_ASSERTION_TYPE) refuseClient("client_assertion without its type")
    val issuer = JsonWebToken.parseOrNull(assertion)?.string("iss") ?: refuseClient("a client_assertion without iss")
    if (request.form["client_id"].let { it != null && it != issuer }) refuseClient("a client_assertion of another client than client_id")
    return Credentials("private_key_jwt", issuer, assertion)
}

private const val CLIENT_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

private fun publicClient(request: RecordedRequest): Credentials =
    Credentials("none", request.form["client_id"] ?: refuseClient("no client authentication"), secret = null)

private fun formDecode(text: String): String = URLDecoder.decode(text, "UTF-8")

private fun isSame(one: String, other: String): Boolean = MessageDigest.isEqual(one.toByteArray(), other.toByteArray())

private fun refuseClient(description: String): Nothing = throw OAuthFailure("invalid_client", description, status = 401)
