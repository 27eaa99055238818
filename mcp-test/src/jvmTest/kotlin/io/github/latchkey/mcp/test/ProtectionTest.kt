package io.github.latchkey.mcp.test

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe

class ProtectionTest : FunSpec({
    suspend fun withServer(protect: Protection.Builder.() -> Unit = {}, block: suspend (ScriptedMcpServer, url: String) -> Unit) {
        val server = ScriptedMcpServer { tool("erase") { _, _ -> ToolResults.text("done") } }
        LoopbackServer.start({ mcpServer(server) }).use { loopback ->
            server.protection =
                Protection {
                    acceptedTokens(
                        mapOf(
                            "reader" to TokenInfo("c", listOf("read")),
                            "writer" to TokenInfo("c", listOf("read", "write")),
                            "foreign" to TokenInfo("c", listOf("read"), listOf("https://another.example/mcp")),
                        ),
                    )
                    authorizationServers("https://as.example")
                    requiredScopes("read")
                    toolScopes("erase", "write")
                    protect()
                }
            block(server, loopback.url + "/mcp")
        }
    }

    suspend fun list(url: String, token: String?) =
        HttpProbe.send(
            "POST",
            url,
            statelessHeaders("tools/list") + if (token == null) emptyMap() else mapOf("Authorization" to "Bearer $token"),
            statelessBody("tools/list"),
        )

    test("no token: 401 with the metadata and the scopes") {
        withServer { server, url ->
            val answer = list(url, token = null)
            answer.statusCode() shouldBe 401
            answer.header("WWW-Authenticate") shouldBe
                "Bearer resource_metadata=\"${url.replace("/mcp", "/.well-known/oauth-protected-resource/mcp")}\", scope=\"read\""
            server.violations.shouldBeEmpty()
        }
    }

    test("an unknown token: 401 invalid_token") {
        withServer { _, url ->
            val answer = list(url, "stale")
            answer.statusCode() shouldBe 401
            answer.header("WWW-Authenticate")!!.startsWith("Bearer error=\"invalid_token\"") shouldBe true
        }
    }

    test("a token for another resource: 401, and a violation") {
        withServer { server, url ->
            list(url, "foreign").statusCode() shouldBe 401
            server.violations shouldHaveSize 1
        }
    }

    test("a good token") {
        withServer { _, url -> list(url, "reader").statusCode() shouldBe 200 }
    }

    test("too few scopes: 403 with those of the operation") {
        withServer { _, url ->
            val answer =
                HttpProbe.send(
                    "POST",
                    url,
                    statelessHeaders("tools/call", "erase") + ("Authorization" to "Bearer reader"),
                    statelessBody("tools/call", json("""{"name":"erase"}""")),
                )
            answer.statusCode() shouldBe 403
            answer.header("WWW-Authenticate")!!.contains("error=\"insufficient_scope\"") shouldBe true
            answer.header("WWW-Authenticate")!!.contains("scope=\"read write\"") shouldBe true
        }
    }

    test("a token in the query: 400, and a violation") {
        withServer { server, url ->
            list("$url?access_token=reader", token = null).statusCode() shouldBe 400
            server.violations shouldHaveSize 1
        }
    }

    test("the metadata is where the challenge says, and nowhere else") {
        withServer { _, url ->
            val metadata = HttpProbe.send("GET", url.replace("/mcp", "/.well-known/oauth-protected-resource/mcp")).json
            metadata.string("resource") shouldBe url
            metadata["authorization_servers"] shouldBe jsonStrings(listOf("https://as.example"))
            HttpProbe.send("GET", url.replace("/mcp", "/.well-known/oauth-protected-resource")).statusCode() shouldBe 404
        }
    }

    test("the metadata at the root") {
        withServer({ metadataLocation(Protection.MetadataLocation.ROOT) }) { server, url ->
            HttpProbe.send("GET", url.replace("/mcp", "/.well-known/oauth-protected-resource/mcp")).statusCode() shouldBe 404
            HttpProbe.send("GET", url.replace("/mcp", "/.well-known/oauth-protected-resource")).statusCode() shouldBe 200
            server.metadataRequests.map { it.status } shouldBe listOf(404, 200)
        }
    }

    test("a scripted answer comes before everything else, once") {
        withServer { server, url ->
            server.answerNext(ScriptedAnswer.of(503).withHeader("Retry-After", "7"))
            val answer = list(url, token = null)
            answer.statusCode() shouldBe 503
            answer.header("Retry-After") shouldBe "7"
            list(url, token = null).statusCode() shouldBe 401
        }
    }
})
