package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.security.PublicKey
import java.time.Clock
import java.util.concurrent.ConcurrentHashMap

/** What is wrong with an assertion for [audiences] (RFC 7523 §3); null if nothing is. */
internal fun assertionProblem(assertion: JsonWebToken, key: PublicKey, audiences: Collection<String>, clock: Clock): String? {
    val exp = assertion.number("exp")
    val now = clock.instant().epochSecond
    return when {
        !assertion.isSignedBy(key) -> "its signature is wrong"
        assertion.audience.none { it in audiences } -> "it is for another audience"
        exp == null || exp <= now -> "it has expired"
        assertion.string("sub").isNullOrEmpty() -> "it has no subject"
        else -> null
    }
}

/** Verifies the assertions by which clients authenticate (RFC 7523 §2.2): each is good once, and not for long. */
internal class ClientAssertions(private val clock: Clock) {
    private val seen = ConcurrentHashMap.newKeySet<String>()

    fun require(assertion: String, client: RegisteredClient, audiences: Collection<String>) {
        val jwt = JsonWebToken.parseOrNull(assertion) ?: refuseAssertion("it is no JWT")
        val key = client.publicKey ?: refuseAssertion("the client has no key")
        assertionProblem(jwt, key, audiences, clock)?.let(::refuseAssertion)
        if (jwt.string("iss") != client.clientId ||
            jwt.string("sub") != client.clientId
        ) {
            refuseAssertion("its iss or sub is not the client")
        }
        if ((jwt.number("exp") ?: 0) > clock.instant().epochSecond + MAX_LIFE_SECONDS) refuseAssertion("it lives too long")
        if (!seen.add(jwt.string("jti") ?: refuseAssertion("it has no jti"))) refuseAssertion("it was used before")
    }

    private fun refuseAssertion(problem: String): Nothing =
        throw OAuthFailure("invalid_client", "the client's assertion is not good: $problem", status = 401)

    private companion object {
        const val MAX_LIFE_SECONDS = 300L
    }
}

/** The ID token and the ID-JAGs of an identity provider, which is an [AuthorizationServer] with a key. */
internal class IdentityTokens(private val key: SigningKey, private val issuer: String, private val clock: Clock) {
    fun idToken(clientId: String, nonce: String?): String =
        key.sign(claims("aud" to clientId, "sub" to PERSON).with("nonce" to nonce?.let(::JsonPrimitive)))

    /** What [idToken] says of the person; throws [OAuthFailure] if it is not ours, or for another client. */
    fun requireSubject(idToken: String, clientId: String): String {
        val jwt = JsonWebToken.parseOrNull(idToken) ?: refuse("invalid_grant", "the ID token is no JWT")
        assertionProblem(jwt, key.publicKey, listOf(clientId), clock)?.let {
            refuseExpected("invalid_grant", "the ID token is not good: $it")
        }
        return jwt.string("sub").orEmpty()
    }

    fun idJag(subject: String, clientId: String, audience: String, resource: String): String {
        val claims = claims("aud" to audience, "sub" to subject, "client_id" to clientId, "resource" to resource, "jti" to randomToken())
        return key.sign(claims, "oauth-id-jag+jwt")
    }

    private fun claims(vararg members: Pair<String, String>): JsonObject {
        val now = clock.instant().epochSecond
        val all = members.toMap().mapValues { JsonPrimitive(it.value) }
        return JsonObject(
            all + mapOf("iss" to JsonPrimitive(issuer), "iat" to JsonPrimitive(now), "exp" to JsonPrimitive(now + LIFE_SECONDS)),
        )
    }

    private companion object {
        const val PERSON = "somebody"
        const val LIFE_SECONDS = 300L
    }
}
