package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.JsonRpcNotification
import io.github.latchkey.mcp.JsonRpcResult
import io.github.latchkey.mcp.UnauthorizedException
import io.github.latchkey.mcp.http.internal.EngineKind
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import mockwebserver3.MockResponse
import mockwebserver3.MockResponseBody
import mockwebserver3.MockWebServer
import okhttp3.Protocol
import okio.BufferedSink
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext

/** HTTP/2 and HTTP/1.1 over TLS, as a server of many clients speaks them. */
class Http2Spec : FunSpec({
    suspend fun <T> withServer(
        vararg protocols: Protocol,
        block: suspend (MockWebServer, suspend () -> JsonRpcResult, CountDownLatch) -> T,
    ): T =
        MockWebServer().use { server ->
            server.useHttps(serverSockets())
            server.protocols = protocols.asList()
            server.start()
            val heard = CountDownLatch(1)
            withPool(EngineKind.OKHTTP) { pool ->
                val trusting = TlsOptions.Builder().trustPem(TestCertificates.authority.pem).build()
                pool.connected(server.url("/mcp").toString(), { tls(trusting) }) { connection ->
                    val call: suspend () -> JsonRpcResult = {
                        connection.listTools { if (it is JsonRpcNotification) heard.countDown() }.shouldBeInstanceOf<JsonRpcResult>()
                    }
                    block(server, call, heard)
                }
            }
        }

    for (protocol in listOf(Protocol.HTTP_2, Protocol.HTTP_1_1)) {
        val spoken = listOf(protocol, Protocol.HTTP_1_1).distinct().toTypedArray()

        context("over $protocol and TLS") {
            test("an answer is JSON") {
                withServer(*spoken) { server, call, _ ->
                    server.enqueue(MockResponse.Builder().addHeader("Content-Type", "application/json").body(RESULT).build())
                    call().result.text shouldBe """{"tools":[]}"""
                    server.takeRequest().version shouldBe if (protocol == Protocol.HTTP_2) "HTTP/2" else "HTTP/1.1"
                }
            }

            test("each event of a stream is heard when it comes") {
                withServer(*spoken) { server, call, heard ->
                    server.enqueue(stream(heard))
                    call().result.text shouldBe """{"tools":[]}"""
                }
            }

            test("a refusal is told") {
                withServer(*spoken) { server, call, _ ->
                    server.enqueue(
                        MockResponse.Builder().code(401).addHeader("WWW-Authenticate", "Bearer").body("""{"error":"no"}""").build(),
                    )
                    shouldThrow<UnauthorizedException> { call() }.answer?.bodyStart shouldBe """{"error":"no"}"""
                }
            }
        }
    }
})

/** A notification, and the response when that was heard. */
private fun stream(heard: CountDownLatch): MockResponse {
    val body =
        object : MockResponseBody {
            override val contentLength = -1L

            override fun writeTo(sink: BufferedSink) {
                sink.writeUtf8(event("""{"jsonrpc":"2.0","method":"notifications/x"}""")).flush()
                check(heard.await(10, TimeUnit.SECONDS)) { "the notification was not heard" }
                sink.writeUtf8(event(RESULT)).flush()
            }
        }
    return MockResponse.Builder().addHeader("Content-Type", "text/event-stream").body(body).build()
}

private fun serverSockets() =
    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm()).let { keys ->
        keys.init(TestCertificates.localhost.keyStore("secret"), "secret".toCharArray())
        SSLContext.getInstance("TLS").apply { init(keys.keyManagers, null, null) }.socketFactory
    }
