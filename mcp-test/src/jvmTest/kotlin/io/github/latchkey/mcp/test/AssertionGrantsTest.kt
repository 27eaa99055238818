package io.github.latchkey.mcp.test

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.jsonObject
import java.time.Instant

class AssertionGrantsTest : FunSpec({
    val key = SigningKey.generate()
    val soon = Instant.now().epochSecond + 60

    suspend fun OAuthProbe.post(vararg form: Pair<String, String>) = HttpProbe.postForm("$url/token", mapOf(*form))

    fun OAuthProbe.assertion(changes: Map<String, Any> = emptyMap()) =
        key.sign(mapOf("iss" to "me", "sub" to "me", "aud" to url, "exp" to soon, "jti" to randomToken()) + changes)

    context("an assertion of a client is good once, for this server, and not for long (RFC 7523 §3)") {
        val client =
            RegisteredClient(
                "me",
                tokenEndpointAuthMethod = "private_key_jwt",
                grantTypes = listOf("client_credentials"),
                publicKey = key.publicKey,
            )
        suspend fun OAuthProbe.ask(assertion: String) =
            post(
                "grant_type" to "client_credentials",
                "resource" to RESOURCE,
                "client_assertion" to assertion,
                "client_assertion_type" to "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            )
        test("in order") {
            withAuthorizationServer({ client(client) }) { ask(assertion()).statusCode() shouldBe 200 }
        }
        test("again") {
            withAuthorizationServer({ client(client) }) {
                val assertion = assertion()
                ask(assertion)
                ask(assertion).statusCode() shouldBe 401
            }
        }
        withData<Pair<String, Map<String, Any>>>(
            nameFn = { it.first },
            "another audience" to mapOf("aud" to "https://another.example"),
            "another subject" to mapOf("sub" to "you"),
            "expired" to mapOf("exp" to 1),
            "for a day" to mapOf("exp" to soon + 86_400),
        ) { (_, changes) ->
            withAuthorizationServer({ client(client) }) { ask(assertion(changes)).statusCode() shouldBe 401 }
        }
        test("signed by somebody else") {
            withAuthorizationServer({ client(client) }) {
                val other = SigningKey.generate().sign(mapOf("iss" to "me", "sub" to "me", "aud" to url, "exp" to soon, "jti" to "1"))
                ask(other).statusCode() shouldBe 401
            }
        }
    }

    test("an assertion for a grant needs no client") {
        withAuthorizationServer({ assertionKey(key.publicKey) }) {
            val answer = post("grant_type" to JWT_BEARER, "assertion" to assertion(), "resource" to RESOURCE)
            val token = parseJsonOrNull(answer.body())!!.jsonObject.string("access_token")!!
            server.introspect(token)?.clientId shouldBe "me"
            server.violations.shouldBeEmpty()
        }
    }

    test("an expired assertion for a grant is refused, which a client must expect") {
        withAuthorizationServer({ assertionKey(key.publicKey) }) {
            val answer = post("grant_type" to JWT_BEARER, "assertion" to assertion(mapOf("exp" to 1)), "resource" to RESOURCE)
            parseJsonOrNull(answer.body())!!.jsonObject.string("error") shouldBe "invalid_grant"
            server.violations.shouldBeEmpty()
        }
    }
})
