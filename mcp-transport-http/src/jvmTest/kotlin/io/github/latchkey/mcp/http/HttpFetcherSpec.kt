package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.MessageTooLargeException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.http.internal.EngineHttpFetcher
import io.github.latchkey.mcp.http.internal.engineClient
import io.github.latchkey.mcp.test.ClosedPort
import io.github.latchkey.mcp.test.RawServer
import io.github.latchkey.mcp.transport.HttpFetcher
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

class HttpFetcherSpec : FunSpec({
    for (engine in ENGINES) {
        val fetcher = EngineHttpFetcher({ engineClient(HttpTransportOptions { on(engine) }) }, 1_000)

        context("fetch on $engine") {
            test("returns status, headers in lower case and body") {
                RawServer.answering(404, mapOf("X-A" to "1", "Content-Type" to "text/plain"), "größe").use { server ->
                    val response = fetcher.fetch(
                        HttpFetcher.Request("GET", server.url + "/.well-known/x?a=b", mapOf("Accept" to "application/json")),
                    )
                    response.status shouldBe 404
                    response.headers["x-a"] shouldBe "1"
                    response.body shouldBe "größe"
                    val sent = server.requests.single()
                    "${sent.method} ${sent.path}?${sent.query} ${sent.header("Accept")}" shouldBe "GET /.well-known/x?a=b application/json"
                }
            }

            test("sends a form") {
                RawServer.answering(200, JSON, "{}").use { server ->
                    val headers = mapOf("content-type" to "application/x-www-form-urlencoded", "Authorization" to "Basic YTpi")
                    fetcher.fetch(HttpFetcher.Request("POST", server.url, headers, "grant_type=refresh_token&a=%2B"))
                    val sent = server.requests.single()
                    sent.headerValues("Content-Type") shouldBe listOf("application/x-www-form-urlencoded")
                    sent.header("Authorization") shouldBe "Basic YTpi"
                    sent.body shouldBe "grant_type=refresh_token&a=%2B"
                }
            }

            test("does not follow redirects") {
                RawServer.answering(302, mapOf("Location" to "/elsewhere")).use { server ->
                    val response = fetcher.fetch(HttpFetcher.Request("GET", server.url))
                    response.status shouldBe 302
                    response.headers["location"] shouldBe "/elsewhere"
                    server.requests.size shouldBe 1
                }
            }

            test("is bounded in size") {
                RawServer.answering(200, JSON, "x".repeat(2_000)).use { server ->
                    val failure =
                        shouldThrow<MessageTooLargeException> { fetcher.fetch(HttpFetcher.Request("GET", server.url, maxBytes = 1_000)) }
                    failure.limitBytes shouldBe 1_000
                    failure.phase shouldBe Phase.AUTHORIZE
                }
            }

            test("takes as much as it is allowed to") {
                RawServer.answering(200, JSON, "x".repeat(1_000)).use { server ->
                    fetcher.fetch(HttpFetcher.Request("GET", server.url, maxBytes = 1_000)).body.length shouldBe 1_000
                }
            }

            test("is bounded in time, without showing the query") {
                RawServer.silent().use { server ->
                    val failure =
                        shouldThrow<RequestTimeoutException> {
                            fetcher.fetch(HttpFetcher.Request("GET", server.url + "/?code=secret", timeoutMillis = 200))
                        }
                    failure.limitMillis shouldBe 200
                    failure.message.orEmpty() shouldNotContain "secret"
                    server.awaitClientClosed(1_000) shouldBe true
                }
            }

            test("reports a body that broke off") {
                RawServer.start { connection ->
                    connection.readRequest()
                    connection.sendRaw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}")
                }.use { server -> shouldThrow<UnreachableException> { fetcher.fetch(HttpFetcher.Request("GET", server.url)) } }
            }

            test("reports a refused connection in the phase of signing in") {
                val failure =
                    shouldThrow<McpException> { fetcher.fetch(HttpFetcher.Request("GET", "http://127.0.0.1:${ClosedPort.find()}")) }
                (failure is UnreachableException) shouldBe true
                failure.phase shouldBe Phase.AUTHORIZE
            }

            test("refuses a URL that is not http") {
                shouldThrow<IllegalArgumentException> { fetcher.fetch(HttpFetcher.Request("GET", "file:///etc/passwd")) }
            }
        }
    }

    test("the shared fetcher needs no transport") {
        RawServer.answering(200, JSON, "{}").use { server ->
            HttpFetchers.shared().fetch(HttpFetcher.Request("GET", server.url)).body shouldBe "{}"
        }
    }
})
