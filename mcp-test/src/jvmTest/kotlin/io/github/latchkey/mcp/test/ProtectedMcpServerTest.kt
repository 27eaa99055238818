package io.github.latchkey.mcp.test

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

class ProtectedMcpServerTest : FunSpec({
    test("a token of its authorization server opens its endpoint") {
        ProtectedMcpServer.start().use { protected ->
            val secret =
                RegisteredClient(
                    "job",
                    clientSecret = "x",
                    tokenEndpointAuthMethod = "client_secret_post",
                    grantTypes = listOf("client_credentials"),
                )
            protected.authorizationServer.register(secret)
            val form =
                mapOf(
                    "grant_type" to "client_credentials",
                    "client_id" to "job",
                    "client_secret" to "x",
                    "resource" to protected.url,
                    "scope" to SampleTools.READ_SCOPE,
                )
            val token = HttpProbe.postForm(protected.issuer + "/token", form).json.string("access_token")
            val headers = statelessHeaders("tools/call", "add") + ("Authorization" to "Bearer $token")
            val body = statelessBody("tools/call", json("""{"name":"add","arguments":{"a":2,"b":3}}"""))
            val result = HttpProbe.send("POST", protected.url, headers, body).rpcResult
            result["structuredContent"] shouldBe json("""{"sum":5.0}""")
            protected.requestLines shouldBe listOf("POST /token", "POST /mcp")
            protected.authorizationServer.violations.shouldBeEmpty()
            protected.server.violations.shouldBeEmpty()
        }
    }
})
