package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.TlsException
import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.http.internal.EngineHttpFetcher
import io.github.latchkey.mcp.http.internal.EngineKind
import io.github.latchkey.mcp.test.LeakCheck
import io.github.latchkey.mcp.test.RawServer
import io.github.latchkey.mcp.transport.HttpFetcher
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.delay
import java.nio.file.Files
import kotlin.io.path.outputStream
import kotlin.time.TimeSource

private class Refusal(
    val name: String,
    val certificate: TestCertificate,
    val reason: String,
    val remedy: String,
)

private val REFUSALS =
    listOf(
        Refusal("has expired", TestCertificates.expired, "the certificate has expired", "new certificate"),
        Refusal("is of tomorrow", TestCertificates.ofTomorrow, "the certificate is not valid yet", "clock"),
        Refusal("is for another host", TestCertificates.otherHost, "not for this host: it is for other.example", "check the host"),
        Refusal("names no host", TestCertificates.noHost, "not for this host", "check the host"),
        Refusal("is for an address alone", TestCertificates.addressOnly, "not for this host", "check the host"),
    )

class TlsSpec : FunSpec({
    for (kind in EngineKind.entries) {
        context("on $kind") {
            test("an authority of one's own is trusted, by name and by address") {
                tlsServer { tls ->
                    withPool(kind) { pool ->
                        pool.connected(tls.url, { tls(trustAuthority()) }) { it.listTools() }
                        pool.connected("https://127.0.0.1:${tls.port}/", { tls(trustAuthority()) }) { it.listTools() }
                    }
                }
            }

            test("a certificate for the address alone will do for a URL with the address") {
                tlsServer(TestCertificates.addressOnly) { tls ->
                    withPool(kind) { pool ->
                        pool.connected("https://127.0.0.1:${tls.port}/", { tls(trustAuthority()) }) { it.listTools() }
                    }
                }
            }

            test("documents of a sign-in are fetched with the same trust") {
                tlsServer { tls ->
                    withPool(kind) { pool ->
                        val fetcher = EngineHttpFetcher({ pool.open(HttpTransportOptions { tls(trustAuthority()) }) }, 5_000)
                        fetcher.fetch(HttpFetcher.Request("GET", tls.url)).status shouldBe 200
                    }
                }
            }

            test("an unknown issuer is not trusted, and the remedy says how to") {
                tlsServer { tls ->
                    val start = TimeSource.Monotonic.markNow()
                    val failure = tlsFailure(kind, tls.url) {}
                    failure.message shouldBe
                        "no TLS connection to ${tls.url}: the certificate is not trusted: its issuer is not known here"
                    failure.remedy shouldContain "TlsOptions.trust"
                    failure.isRetryable shouldBe false
                    start.elapsedNow().inWholeMilliseconds shouldBeLessThan 5_000
                }
            }

            withData(nameFn = { "a certificate that ${it.name} is refused" }, REFUSALS) { case ->
                tlsServer(case.certificate) { tls ->
                    val failure = tlsFailure(kind, tls.url) { tls(trustAuthority()) }
                    failure.message.orEmpty() shouldContain case.reason
                    failure.remedy shouldContain case.remedy
                }
            }

            test("a certificate for a name alone is refused for a URL with the address") {
                tlsServer(TestCertificates.otherHost) { tls ->
                    tlsFailure(kind, "https://127.0.0.1:${tls.port}/") { tls(trustAuthority()) }.message.orEmpty() shouldContain
                        "not for this host"
                }
            }

            test("a server that speaks only old versions is told as that") {
                alerting(PROTOCOL_VERSION).use { server ->
                    val failure = tlsFailure(kind, server.url.replace("http:", "https:")) {}
                    val reason = if (kind == EngineKind.CIO) "does not speak TLS 1.2" else "neither TLS 1.2 nor TLS 1.3"
                    failure.message.orEmpty() shouldContain reason
                }
            }

            test("a server that misses a client certificate is told as that") {
                alerting(BAD_CERTIFICATE).use { server ->
                    val failure = tlsFailure(kind, server.url.replace("http:", "https:")) {}
                    failure.message.orEmpty() shouldContain "client certificate"
                    failure.remedy shouldContain "TlsOptions.clientCertificate"
                }
            }

            test("a client certificate is shown to a server that wants one") {
                tlsServer(wantsClient = true) { tls ->
                    withPool(kind) { pool ->
                        pool.connected(tls.url, { tls(clientOptions()) }) { it.listTools() }
                    }
                    tls.clients.distinct() shouldContainExactly listOf("CN=client")
                }
            }
        }
    }

    context("on OkHttp") {
        test("TLS 1.3 is spoken") {
            tlsServer { tls ->
                withPool(EngineKind.OKHTTP) { pool -> pool.connected(tls.url, { tls(trustAuthority()) }) { it.listTools() } }
                tls.versions shouldContainExactly listOf("TLSv1.3")
            }
        }

        test("a server that speaks TLS 1.3 alone is fine") {
            tlsServer(protocols = listOf("TLSv1.3")) { tls ->
                withPool(EngineKind.OKHTTP) { pool -> pool.connected(tls.url, { tls(trustAuthority()) }) { it.listTools() } }
            }
        }

        test("twenty calls take one connection") {
            tlsServer { tls ->
                withPool(EngineKind.OKHTTP) { pool ->
                    pool.connected(tls.url, { tls(trustAuthority()) }) { connection -> repeat(20) { connection.listTools() } }
                }
                tls.connectionCount shouldBe 1
            }
        }

        test("a kept connection that the server has closed leaves no socket behind") {
            OKHTTP_ENGINE.warmUp()
            val leaks = LeakCheck.snapshot()
            RawServer.start { connection ->
                connection.readRequest()
                connection.sendAnswer(200, JSON, RESULT)
                connection.pause(50)
            }.use { server ->
                TlsRelay(server.port).use { tls ->
                    withPool(EngineKind.OKHTTP) { pool ->
                        pool.connected(tls.url, { tls(trustAuthority()) }) { connection ->
                            repeat(3) {
                                connection.listTools()
                                delay(300)
                            }
                        }
                    }
                    tls.connectionCount shouldBe 3
                }
            }
            leaks.assertNothingLeftOf(OKHTTP_ENGINE)
        }

        test("a client certificate may have an elliptic curve, and come from a key store") {
            val file = Files.createTempFile("client", ".p12")
            file.outputStream().use { TestCertificates.ecClient.keyStore("secret").store(it, "secret".toCharArray()) }
            tlsServer(wantsClient = true) { tls ->
                val options = TlsOptions.Builder().trustPem(TestCertificates.authority.pem).clientKeyStore(file, "secret").build()
                withPool(EngineKind.OKHTTP) { pool -> pool.connected(tls.url, { tls(options) }) { it.listTools() } }
                tls.clients.distinct() shouldContainExactly listOf("CN=ec-client")
            }
            Files.delete(file)
        }
    }

    context("on CIO") {
        test("a server that speaks TLS 1.3 alone is out of reach, and the remedy names the engine that reaches it") {
            tlsServer(protocols = listOf("TLSv1.3")) { tls ->
                val failure = tlsFailure(EngineKind.CIO, tls.url) { tls(trustAuthority()) }
                failure.message.orEmpty() shouldContain "does not speak TLS 1.2"
                failure.remedy shouldContain "io.ktor:ktor-client-okhttp-jvm"
            }
        }

        test("a client certificate with an elliptic curve is refused, and the remedy names the engine that has them") {
            val options =
                TlsOptions
                    .Builder()
                    .clientCertificatePem(TestCertificates.ecClient.pem, TestCertificates.ecClient.keyPem)
                    .build()
            tlsServer(wantsClient = true) { tls ->
                withPool(EngineKind.CIO) { pool ->
                    val failure =
                        pool.connected(tls.url, { tls(options) }) { connection ->
                            shouldThrow<UnreachableException> { connection.listTools() }
                        }
                    failure.remedy shouldContain "io.ktor:ktor-client-okhttp-jvm"
                }
            }
        }
    }
})

private fun clientOptions() =
    TlsOptions
        .Builder()
        .trustPem(TestCertificates.authority.pem)
        .clientCertificatePem(TestCertificates.client.pem, TestCertificates.client.keyPem)
        .build()

/** Answers a handshake with a fatal alert (RFC 8446 §6.2). */
private fun alerting(alert: Byte): RawServer =
    RawServer.start { connection ->
        connection.pause(50)
        connection.sendBytes(byteArrayOf(0x15, 3, 3, 0, 2, 2, alert))
        connection.awaitClientClosed()
    }

private const val PROTOCOL_VERSION: Byte = 70
private const val BAD_CERTIFICATE: Byte = 42

private suspend fun tlsServer(
    certificate: TestCertificate = TestCertificates.localhost,
    protocols: List<String> = emptyList(),
    wantsClient: Boolean = false,
    block: suspend (TlsRelay) -> Unit,
) {
    RawServer.answering(200, JSON, RESULT).use { server ->
        TlsRelay(server.port, certificate, protocols, wantsClient).use { block(it) }
    }
}

private suspend fun tlsFailure(kind: EngineKind, url: String, configure: HttpTransportOptions.Builder.() -> Unit): TlsException =
    withPool(kind) { pool -> pool.connected(url, configure) { connection -> shouldThrow<TlsException> { connection.listTools() } } }
