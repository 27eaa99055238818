package io.github.latchkey.mcp.test

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

/** RFC 7591, and what MCP 2026-07-28 adds. */
class RegistrationTest : FunSpec({
    suspend fun OAuthProbe.register(
        body: String,
    ) = HttpProbe.send("POST", "$url/register", mapOf("Content-Type" to "application/json"), body)

    test("gives a client that can be used") {
        withAuthorizationServer {
            val answer = register("""{"redirect_uris":["$REDIRECT"],"application_type":"native","token_endpoint_auth_method":"none"}""")
            answer.statusCode() shouldBe 201
            callback(authorize(mapOf("client_id" to answer.json.string("client_id"))))["code"].shouldNotBeNull()
            server.violations.shouldBeEmpty()
        }
    }

    test("gives a secret when that is the first method") {
        withAuthorizationServer({ authMethods("client_secret_basic") }) {
            val answer = register("""{"redirect_uris":["$REDIRECT"],"application_type":"native"}""").json
            answer.string("token_endpoint_auth_method") shouldBe "client_secret_basic"
            answer.string("client_secret").shouldNotBeNull()
        }
    }

    withData<Pair<String, String>>(
        { "refuses ${it.first}" },
        "no redirect URI" to """{"redirect_uris":[],"application_type":"native"}""",
        "plain http elsewhere" to """{"redirect_uris":["http://app.example/cb"],"application_type":"native"}""",
        "loopback for a web client" to """{"redirect_uris":["$REDIRECT"],"application_type":"web"}""",
        "another application_type" to """{"redirect_uris":["$REDIRECT"],"application_type":"mobile"}""",
        "another grant" to """{"redirect_uris":["$REDIRECT"],"application_type":"native","grant_types":["password"]}""",
        "something else than JSON" to "redirect_uris=$REDIRECT",
    ) { (_, body) ->
        withAuthorizationServer { register(body).statusCode() shouldBe 400 }
    }

    test("works without application_type, but notes it") {
        withAuthorizationServer {
            register("""{"redirect_uris":["$REDIRECT"]}""").statusCode() shouldBe 201
            server.violations shouldHaveSize 1
        }
    }

    test("can be closed") {
        withAuthorizationServer({ registration(isOpen = false) }) { register("{}").statusCode() shouldBe 404 }
    }
})
