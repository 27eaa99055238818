package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.http.internal.EngineHttpFetcher
import io.github.latchkey.mcp.http.internal.EngineKind
import io.github.latchkey.mcp.http.internal.ProxyEnvironment
import io.github.latchkey.mcp.http.internal.ProxyRules
import io.github.latchkey.mcp.test.ClosedPort
import io.github.latchkey.mcp.test.RawServer
import io.github.latchkey.mcp.transport.HttpFetcher
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.io.IOException
import java.net.InetSocketAddress
import java.net.Proxy
import java.net.ProxySelector
import java.net.SocketAddress
import java.net.URI
import kotlin.time.TimeSource

private const val PASSWORD = "p@ss:wörd"
private const val ESCAPED = "jane:p%40ss%3Aw%C3%B6rd"

class ProxySpec : FunSpec({
    for (kind in EngineKind.entries) {
        context("on $kind a request over http") {
            test("goes to the proxy, even to a loopback address if the option says so") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    HttpTestProxy().use { proxy ->
                        withPool(kind) { pool ->
                            pool.connected(server.url + "/mcp", { proxy(proxy.url) }) { it.listTools() }
                        }
                        proxy.asked shouldContainExactly listOf("POST ${server.url}/mcp")
                    }
                }
            }

            test("leaves the name to the proxy") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    HttpTestProxy().use { proxy ->
                        val url = "http://only-the-proxy-knows.invalid:${server.port}/mcp"
                        withPool(kind) { pool -> pool.connected(url, { proxy(proxy.url) }) { it.listTools() } }
                        proxy.asked shouldContainExactly listOf("POST $url")
                    }
                }
            }

            test("tells the proxy who we are, and the server nothing of it") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    HttpTestProxy("jane:$PASSWORD").use { proxy ->
                        withPool(kind) { pool ->
                            pool.connected(server.url, { proxy(proxy.url, "jane", PASSWORD) }) { it.listTools() }
                        }
                        withPool(kind) { pool ->
                            pool.connected(server.url, { proxy(proxy.url.replace("//", "//$ESCAPED@")) }) { it.listTools() }
                        }
                        server.requests.map { it.header("Proxy-Authorization") } shouldContainExactly listOf(null, null)
                    }
                }
            }

            test("that lacks a password names the proxy, and what to do") {
                HttpTestProxy("jane:$PASSWORD").use { proxy ->
                    val failure = failureOn(kind, "http://a.invalid/mcp") { proxy(proxy.url) }
                    failure.message shouldBe
                        "cannot reach http://a.invalid/mcp: the proxy ${proxy.url} wants a user and a password (HTTP 407)"
                    failure.status shouldBe 407
                    failure.isRetryable shouldBe false
                    failure.remedy shouldContain "the option proxy"
                }
            }

            test("with a wrong password says so, and does not show it") {
                HttpTestProxy("jane:$PASSWORD").use { proxy ->
                    val failure = failureOn(kind, "http://a.invalid/mcp") { proxy(proxy.url, "jane", "wrong-password") }
                    failure.message.orEmpty() shouldContain "refused its user and password (HTTP 407)"
                    failure.allText() shouldNotContain "wrong-password"
                    failure.allText() shouldNotContain "jane"
                }
            }
        }

        context("on $kind a request over https") {
            test("goes through a tunnel") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    TlsRelay(server.port).use { tls ->
                        HttpTestProxy().use { proxy ->
                            withPool(kind) { pool ->
                                pool.connected(tls.url, {
                                    proxy(proxy.url)
                                    tls(trustAuthority())
                                }) { it.listTools() }
                            }
                            proxy.asked shouldContainExactly listOf("CONNECT localhost:${tls.port}")
                        }
                    }
                }
            }

            test("verifies the server and not the proxy") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    TlsRelay(server.port).use { tls ->
                        HttpTestProxy().use { proxy ->
                            val failure =
                                failureOn<McpException>(kind, tls.url.replace("localhost", "other.invalid")) {
                                    proxy(proxy.url)
                                    tls(trustAuthority())
                                }
                            failure.message.orEmpty() shouldContain "the certificate is not for this host: it is for "
                        }
                    }
                }
            }

            test("that the proxy refuses names the proxy") {
                HttpTestProxy(refusal = 403).use { proxy ->
                    val failure = failureOn(kind, "https://a.invalid/mcp") { proxy(proxy.url) }
                    failure.message.orEmpty() shouldContain "the proxy ${proxy.url}: it opened no tunnel to the server"
                    if (kind == EngineKind.OKHTTP) failure.message.orEmpty() shouldContain "HTTP 403"
                }
            }

            test("through a proxy that is silent ends in time") {
                HttpTestProxy(isSilent = true).use { proxy ->
                    val start = TimeSource.Monotonic.markNow()
                    val failure =
                        failureOn<RequestTimeoutException>(kind, "https://a.invalid/mcp") {
                            proxy(proxy.url)
                            connectTimeoutMillis(300)
                        }
                    failure.message.orEmpty() shouldContain proxy.url
                    start.elapsedNow().inWholeMilliseconds shouldBeLessThan 2_000
                }
            }
        }

        context("on $kind") {
            withData(nameFn = { "a proxy that is down is named for $it" }, "http", "https") { scheme ->
                val url = "http://127.0.0.1:${ClosedPort.find()}"
                val failure =
                    failureOn(kind, "$scheme://a.invalid/mcp") {
                        if (scheme == "http") proxy(url, "jane", "secret-word") else proxy(url)
                    }
                failure.message shouldBe "cannot reach $scheme://a.invalid/mcp: the proxy $url: connection refused"
                failure.remedy shouldContain "check that the proxy is running"
                failure.allText() shouldNotContain "secret-word"
            }

            test("a proxy whose name does not exist is named") {
                val failure = failureOn(kind, "http://a.example/mcp") { proxy("http://no-proxy.invalid:3128") }
                failure.message.orEmpty() shouldContain "the proxy http://no-proxy.invalid:3128: the host name cannot be resolved"
            }

            test("the environment names the proxy of a sign-in's documents, too") {
                RawServer.answering(200, JSON, "{}").use { server ->
                    HttpTestProxy().use { proxy ->
                        withPool(kind, environment("HTTP_PROXY" to proxy.url, "NO_PROXY" to "direct.invalid")) { pool ->
                            val fetcher = EngineHttpFetcher({ pool.open(HttpTransportOptions.DEFAULT) }, 1_000)
                            fetcher.fetch(HttpFetcher.Request("GET", "http://as.invalid:${server.port}/x")).body shouldBe "{}"
                            fetcher.fetch(HttpFetcher.Request("GET", server.url)).body shouldBe "{}"
                            shouldThrow<UnreachableException> {
                                fetcher.fetch(HttpFetcher.Request("GET", "http://direct.invalid:${server.port}/x"))
                            }.message.orEmpty() shouldNotContain "proxy"
                        }
                        proxy.asked shouldContainExactly listOf("GET http://as.invalid:${server.port}/x")
                    }
                }
            }

            test("the environment is left out by noProxy") {
                HttpTestProxy().use { proxy ->
                    withPool(kind, environment("HTTP_PROXY" to proxy.url)) { pool ->
                        pool.connected("http://a.invalid/mcp", { noProxy() }) { connection ->
                            shouldThrow<UnreachableException> { connection.listTools() }
                        }
                    }
                    proxy.asked.shouldBeEmpty()
                }
            }

            test("a variable that makes no sense is named, without its value") {
                withPool(kind, environment("HTTP_PROXY" to "gopher://secret-word:1")) { pool ->
                    val failure =
                        pool.connected("http://a.invalid/mcp") { connection ->
                            shouldThrow<UnreachableException> { connection.listTools() }
                        }
                    failure.message.orEmpty() shouldContain "HTTP_PROXY must begin with"
                    failure.allText() shouldNotContain "secret-word"
                }
            }

            test("the JVM's settings name the proxy") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    HttpTestProxy().use { proxy ->
                        withJvmSetting("http.proxyHost" to "127.0.0.1", "http.proxyPort" to URI(proxy.url).port.toString()) {
                            withPool(kind, ProxyRules(ProxyEnvironment { "http://not-this.invalid" })) { pool ->
                                pool.connected("http://a.invalid:${server.port}/mcp") { it.listTools() }
                                // By default the JVM proxies no loopback address.
                                pool.connected(server.url) { it.listTools() }
                            }
                        }
                        proxy.asked shouldHaveOne "POST http://a.invalid:${server.port}/mcp"
                    }
                }
            }
        }
    }

    context("on OkHttp") {
        test("a tunnel gets the credentials, and the server does not") {
            RawServer.answering(200, JSON, RESULT).use { server ->
                TlsRelay(server.port).use { tls ->
                    HttpTestProxy("jane:$PASSWORD").use { proxy ->
                        withPool(EngineKind.OKHTTP) { pool ->
                            pool.connected(tls.url, {
                                proxy(proxy.url, "jane", PASSWORD)
                                tls(trustAuthority())
                            }) { it.listTools() }
                        }
                        server.requests.single().header("Proxy-Authorization") shouldBe null
                        proxy.asked shouldContainExactly listOf("CONNECT localhost:${tls.port}")
                    }
                }
            }
        }

        test("a tunnel without credentials that needs them says so") {
            HttpTestProxy("jane:$PASSWORD").use { proxy ->
                val failure = failureOn(EngineKind.OKHTTP, "https://a.invalid/mcp") { proxy(proxy.url) }
                failure.status shouldBe 407
                failure.message.orEmpty() shouldContain "the proxy ${proxy.url} wants a user and a password"
                proxy.asked.size shouldBe 1
            }
        }

        for (credentials in listOf(null, "jane:$PASSWORD")) {
            test("a SOCKS proxy ${if (credentials == null) "without" else "with"} a password is used, and looks up the name") {
                RawServer.answering(200, JSON, RESULT).use { server ->
                    SocksTestProxy(credentials).use { proxy ->
                        withPool(EngineKind.OKHTTP) { pool ->
                            pool.connected("http://a.invalid:${server.port}/mcp", {
                                if (credentials == null) proxy(proxy.url) else proxy(proxy.url, "jane", PASSWORD)
                            }) { connection -> repeat(3) { connection.listTools() } }
                        }
                        proxy.asked shouldContainExactly listOf("a.invalid:${server.port}")
                        server.connectionCount shouldBe 1
                    }
                }
            }
        }

        test("a SOCKS proxy carries TLS, and addresses") {
            RawServer.answering(200, JSON, RESULT).use { server ->
                TlsRelay(server.port).use { tls ->
                    SocksTestProxy().use { proxy ->
                        withPool(EngineKind.OKHTTP) { pool ->
                            pool.connected("https://127.0.0.1:${tls.port}/", {
                                proxy(proxy.url)
                                tls(trustAuthority())
                            }) { it.listTools() }
                        }
                        proxy.asked shouldContainExactly listOf("127.0.0.1:${tls.port}")
                    }
                }
            }
        }

        test("a SOCKS proxy that wants another password says so") {
            SocksTestProxy("jane:$PASSWORD").use { proxy ->
                val wrong = failureOn(EngineKind.OKHTTP, "http://a.invalid/mcp") { proxy(proxy.url, "jane", "wrong-password") }
                wrong.message.orEmpty() shouldContain "the proxy ${proxy.url} refused its user and password"
                wrong.allText() shouldNotContain "wrong-password"
                val none = failureOn(EngineKind.OKHTTP, "http://a.invalid/mcp") { proxy(proxy.url) }
                none.message.orEmpty() shouldContain "the proxy ${proxy.url} wants a user and a password"
            }
        }

        test("a SOCKS proxy that cannot connect says why") {
            SocksTestProxy(reply = 5).use { proxy ->
                failureOn(EngineKind.OKHTTP, "http://a.invalid/mcp") { proxy(proxy.url) }.message.orEmpty() shouldContain
                    "the proxy ${proxy.url} could not connect: connection refused"
            }
        }

        test("a SOCKS proxy that is an HTTP server says so") {
            RawServer.start { it.sendRaw("HTTP/1.1 400 Bad Request\r\n\r\n") }.use { server ->
                failureOn(EngineKind.OKHTTP, "http://a.invalid/mcp") { proxy("socks5://127.0.0.1:${server.port}") }
                    .message.orEmpty() shouldContain "does not speak SOCKS 5"
            }
        }

        test("a SOCKS proxy that is silent ends in time") {
            RawServer.silent().use { server ->
                val failure =
                    failureOn<RequestTimeoutException>(EngineKind.OKHTTP, "http://a.invalid/mcp") {
                        proxy("socks5://127.0.0.1:${server.port}")
                        connectTimeoutMillis(300)
                    }
                failure.message.orEmpty() shouldContain "the proxy socks5://127.0.0.1:${server.port}"
            }
        }

        test("noProxy leaves out the JVM's settings") {
            RawServer.answering(200, JSON, RESULT).use { server ->
                withSelector(Proxy.Type.HTTP, 1) {
                    withPool(EngineKind.OKHTTP, ProxyRules(ProxyEnvironment { null })) { pool ->
                        pool.connected(server.url, { noProxy() }) { it.listTools() }
                    }
                }
            }
        }
    }

    context("on CIO, what it cannot do is refused before anything is sent, and names OkHttp:") {
        test("a SOCKS proxy") {
            RawServer.answering(200, JSON, RESULT).use { server ->
                val failure = failureOn(EngineKind.CIO, server.url) { proxy("socks5://jane:secret-word@127.0.0.1:1") }
                failure.message.orEmpty() shouldContain "the CIO engine cannot use the SOCKS proxy socks5://127.0.0.1:1"
                failure.remedy shouldContain "io.ktor:ktor-client-okhttp-jvm"
                failure.allText() shouldNotContain "secret-word"
                server.connectionCount shouldBe 0
            }
        }

        test("a SOCKS proxy of the environment") {
            withPool(EngineKind.CIO, environment("ALL_PROXY" to "socks5://127.0.0.1:1")) { pool ->
                pool.connected("http://a.invalid") { connection -> shouldThrow<UnreachableException> { connection.listTools() } }
                    .remedy shouldContain "io.ktor:ktor-client-okhttp-jvm"
            }
        }

        test("a tunnel with a password, which CIO would show to the server") {
            HttpTestProxy("jane:$PASSWORD").use { proxy ->
                val failure = failureOn(EngineKind.CIO, "https://a.invalid") { proxy(proxy.url, "jane", PASSWORD) }
                failure.message.orEmpty() shouldContain "the CIO engine cannot keep the user and password of the proxy ${proxy.url}"
                failure.remedy shouldContain "io.ktor:ktor-client-okhttp-jvm"
                proxy.asked.shouldBeEmpty()
            }
        }

        test("noProxy against the JVM's settings") {
            withSelector(Proxy.Type.HTTP, 1) {
                withPool(EngineKind.CIO, ProxyRules(ProxyEnvironment { null })) { pool ->
                    pool.connected("http://a.invalid", {
                        noProxy()
                    }) { connection -> shouldThrow<UnreachableException> { connection.listTools() } }
                        .message.orEmpty() shouldContain "the CIO engine cannot leave out http://127.0.0.1:1"
                }
            }
        }
    }
})

internal fun trustAuthority() = TlsOptions.Builder().trustPem(TestCertificates.authority.pem).build()

private suspend inline fun <reified E : McpException> failureOn(
    kind: EngineKind,
    url: String,
    noinline configure: HttpTransportOptions.Builder.() -> Unit,
): E = withPool(kind) { pool -> pool.connected(url, configure) { connection -> shouldThrow<E> { connection.listTools() } } }

@JvmName("unreachableOn")
private suspend fun failureOn(kind: EngineKind, url: String, configure: HttpTransportOptions.Builder.() -> Unit): UnreachableException =
    failureOn<UnreachableException>(kind, url, configure)

/** Everything that somebody could print. */
private fun McpException.allText(): String = "$this $remedy " + generateSequence(cause) { it.cause }.joinToString()

private fun environment(vararg variables: Pair<String, String>) = ProxyRules(ProxyEnvironment(variables.toMap()::get), { null }, { null })

private infix fun Collection<String>.shouldHaveOne(element: String) {
    this shouldContain element
    size shouldBe 1
}

private suspend fun withJvmSetting(vararg settings: Pair<String, String>, block: suspend () -> Unit) {
    settings.forEach { (name, value) -> System.setProperty(name, value) }
    try {
        block()
    } finally {
        settings.forEach { (name, _) -> System.clearProperty(name) }
    }
}

private suspend fun withSelector(type: Proxy.Type, port: Int, block: suspend () -> Unit) {
    val before = ProxySelector.getDefault()
    ProxySelector.setDefault(
        object : ProxySelector() {
            override fun select(uri: URI) = listOf(Proxy(type, InetSocketAddress.createUnresolved("127.0.0.1", port)))

            override fun connectFailed(uri: URI, address: SocketAddress, failure: IOException) = Unit
        },
    )
    try {
        block()
    } finally {
        ProxySelector.setDefault(before)
    }
}
