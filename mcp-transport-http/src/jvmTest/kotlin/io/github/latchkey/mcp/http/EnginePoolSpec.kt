package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.NotMcpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.http.internal.EndpointUrl
import io.github.latchkey.mcp.http.internal.EngineKind
import io.github.latchkey.mcp.http.internal.EnginePool
import io.github.latchkey.mcp.http.internal.StreamableHttpConnection
import io.github.latchkey.mcp.http.internal.sharedEngines
import io.github.latchkey.mcp.test.LeakCheck
import io.github.latchkey.mcp.test.RawServer
import io.github.latchkey.mcp.transport.Connection
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.okhttp.OkHttp
import io.ktor.client.plugins.defaultRequest
import io.ktor.client.request.get
import io.ktor.http.HttpStatusCode
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.isActive

class EnginePoolSpec : FunSpec({
    for (kind in EngineKind.entries) {
        context("on $kind") {
            test("all connections without settings share one engine") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    withPool(kind, NO_PROXIES) { pool ->
                        repeat(20) { pool.connected(server.url) { it.listTools() } }
                        pool.size shouldBe 1
                        server.connectionCount shouldBe if (kind == EngineKind.OKHTTP) 1 else 20
                    }
                }
            }

            test("settings that are equal share one, too") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    withPool(kind, NO_PROXIES) { pool ->
                        repeat(3) { pool.connected(server.url, { tls(trusting(TestCertificates.authority)) }) { it.listTools() } }
                        pool.size shouldBe 1
                    }
                }
            }

            test("few idle engines are kept, and none that is used is closed") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    withPool(kind, NO_PROXIES) { pool ->
                        pool.connected(server.url) { it.listTools() }
                        val held = pool.connect(this, server.url) { tls(trusting(TestCertificates.authority)) }
                        held.listTools()
                        repeat(EnginePool.MAX_IDLE + 3) { number ->
                            val other = TestCertificates.authority("CN=Authority $number")
                            pool.connected(server.url, { tls(trusting(other)) }) { it.listTools() }
                        }
                        pool.size shouldBe EnginePool.MAX_IDLE + 2
                        held.listTools()
                        held.close(context(version = null, phase = Phase.CLOSE))
                        pool.size shouldBe EnginePool.MAX_IDLE + 1
                    }
                }
            }

            test("closing all leaves nothing") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    withPool(kind, NO_PROXIES) { warm -> warm.connected(server.url) { it.listTools() } }
                    val leaks = LeakCheck.snapshot()
                    val pool = EnginePool(kind, NO_PROXIES)
                    coroutineScope { List(10) { async { pool.connected(server.url) { it.listTools() } } }.awaitAll() }
                    pool.connected(server.url, { tls(trusting(TestCertificates.authority)) }) { it.listTools() }
                    pool.closeAll()
                    pool.size shouldBe 0
                    server.awaitClientClosed(2_000) shouldBe true
                    leaks.assertNothingLeftOf(if (kind == EngineKind.CIO) CIO_ENGINE else OKHTTP_ENGINE)
                }
            }

            test("a connection that is open when all are closed keeps its engine, and closes it") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    val pool = EnginePool(kind, NO_PROXIES)
                    pool.connected(server.url) { connection ->
                        connection.listTools()
                        pool.closeAll()
                        pool.size shouldBe 0
                        connection.listTools()
                    }
                    pool.size shouldBe 0
                    server.awaitClientClosed(2_000) shouldBe true
                }
            }

            test("an exchange that runs when all are closed comes to its end") {
                answering {
                    pause(300)
                    sendAnswer(200, JSON, RESULT)
                }.use { server ->
                    withPool(kind, NO_PROXIES) { pool ->
                        coroutineScope {
                            val call = async { pool.connected(server.url) { it.listTools() } }
                            server.awaitRequests(1)
                            pool.closeAll()
                            call.await()
                        }
                    }
                }
            }
        }
    }

    context("the engines of the process") {
        test("are shared by transports, and closed by HttpEngines") {
            RawServer.answering(200, JSON, RESULT).use { server ->
                repeat(3) {
                    coroutineScope {
                        val connection = StreamableHttpTransport(server.url).open(this, McpEvents.NONE)
                        connection.listTools()
                        connection.close(context(version = null, phase = Phase.CLOSE))
                    }
                }
                server.connectionCount shouldBe 1
                sharedEngines.size shouldBe 1
                HttpEngines.closeAll()
                sharedEngines.size shouldBe 0
                server.awaitClientClosed(2_000) shouldBe true
            }
        }
    }

    for ((name, create) in mapOf<String, () -> HttpClientEngine>("CIO" to { CIO.create() }, "OkHttp" to { OkHttp.create() })) {
        context("a caller's client on $name") {
            test("is used with its plugins, and left open") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    HttpClient(create()) { defaultRequest { headers["X-Mine"] = "1" } }.use { mine ->
                        connectedBy(server.url, { client(mine) }) { it.listTools() }
                        server.requests.single().header("X-Mine") shouldBe "1"
                        mine.isActive shouldBe true
                        mine.get(server.url).status shouldBe HttpStatusCode.OK
                    }
                }
            }

            test("follows no redirect and throws for no status") {
                RawServer.answering(404).use { server ->
                    HttpClient(create()) {
                        expectSuccess = true
                        followRedirects = true
                    }.use { mine ->
                        connectedBy(server.url, { client(mine) }) { connection ->
                            shouldThrow<NotMcpException> { connection.listTools() }
                        }
                    }
                }
            }
        }
    }

    context("options") {
        test("of proxy or TLS are refused beside an engine or a client, and it is said who decides") {
            CIO.create().use { engine ->
                HttpClient(engine).use { client ->
                    val cases =
                        listOf<HttpTransportOptions.Builder.() -> Unit>(
                            { engine(engine).proxy("http://p:1") },
                            { engine(engine).noProxy() },
                            { engine(engine).tls(trustAuthority()) },
                            { client(client).proxy("http://p:1") },
                            { client(client).tls(trustAuthority()) },
                        )
                    for (case in cases) {
                        shouldThrow<IllegalArgumentException> { HttpTransportOptions(case) }.message.orEmpty() shouldContain
                            "proxy and tls are up to the engine or client"
                    }
                    shouldThrow<IllegalArgumentException> { HttpTransportOptions { engine(engine).client(client) } }
                }
            }
        }

        test("show no password") {
            val options = HttpTransportOptions {
                proxy("http://jane:secret-word@p:1")
                header("X-Key", "secret-word")
            }
            options.toString() shouldNotContain "secret-word"
            options.toString() shouldNotContain "jane"
        }

        test("refuse a proxy that is none, without repeating it") {
            val failure = shouldThrow<IllegalArgumentException> { HttpTransportOptions { proxy("ftp://jane:secret-word@p:1") } }
            failure.message.orEmpty() shouldContain "the option proxy"
            failure.message.orEmpty() shouldNotContain "secret-word"
        }

        test("refuse line ends in headers, without repeating the value") {
            for (value in listOf("secret-word\r\nX-Other: 1", "secret-word\n", "secret-word\u0000", "secret-wörd")) {
                val failure = shouldThrow<IllegalArgumentException> { HttpTransportOptions { header("X-Key", value) } }
                failure.message.orEmpty() shouldNotContain "secret-w"
            }
        }

        test("refuse Proxy-Authorization as a header, which the server would see") {
            shouldThrow<IllegalArgumentException> { HttpTransportOptions { header("Proxy-Authorization", "Basic x") } }
        }

        test("may name the user agent") {
            RawServer.answering(200, JSON, RESULT).use { server ->
                for (engine in ENGINES) engine.connected(server.url, configure = { header("User-Agent", "mine/1") }) { it.listTools() }
                server.requests.map { it.headerValues("User-Agent") } shouldContainExactly List(2) { listOf("mine/1") }
            }
        }
    }
})

private fun trusting(authority: TestCertificate) = TlsOptions.Builder().trustPem(authority.pem).build()

private fun EnginePool.connect(
    scope: CoroutineScope,
    url: String,
    configure: HttpTransportOptions.Builder.() -> Unit,
): StreamableHttpConnection {
    val options = HttpTransportOptions(configure)
    return StreamableHttpConnection(EndpointUrl(url), { open(options) }, options, McpEvents.NONE, scope)
}

private suspend fun <T> connectedBy(
    url: String,
    configure: HttpTransportOptions.Builder.() -> Unit,
    block: suspend (Connection) -> T,
): T =
    coroutineScope {
        val connection = StreamableHttpTransport(url, HttpTransportOptions(configure)).open(this, McpEvents.NONE)
        try {
            block(connection)
        } finally {
            connection.close(context(version = null, phase = Phase.CLOSE))
        }
    }
