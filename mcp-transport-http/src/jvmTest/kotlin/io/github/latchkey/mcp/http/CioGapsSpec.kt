package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.ProtocolException
import io.github.latchkey.mcp.test.RawServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

/** What CIO does otherwise than HTTP says; proxies and TLS have specs of their own. */
class CioGapsSpec : FunSpec({
    context("an interim answer") {
        withData("100 Continue", "103 Early Hints") { status ->
            RawServer.start { connection ->
                connection.readRequest()
                connection.sendRaw("HTTP/1.1 $status\r\n\r\n")
                connection.sendAnswer(200, JSON, RESULT)
            }.use { server ->
                val failure = CIO_ENGINE.connected(server.url) { shouldThrow<ProtocolException> { it.listTools() } }
                failure.message.orEmpty() shouldContain "no final answer"
                failure.remedy shouldContain "io.ktor:ktor-client-okhttp-jvm"
                failure.isRetryable shouldBe false
                server.requests.size shouldBe 1
            }
        }
    }

    context("a header line of 10 kB") {
        fun server() =
            answering { sendAnswer(200, JSON + ("X-Long" to "x".repeat(10_000)), RESULT) }

        test("is too long for CIO, and the remedy names the engine that reads it") {
            server().use { server ->
                val failure = CIO_ENGINE.connected(server.url) { shouldThrow<ProtocolException> { it.listTools() } }
                failure.message.orEmpty() shouldContain "longer than the CIO engine reads"
                failure.remedy shouldContain "io.ktor:ktor-client-okhttp-jvm"
                server.requests.size shouldBe 1
            }
        }

        test("is fine on OkHttp") {
            server().use { server -> OKHTTP_ENGINE.connected(server.url) { it.listTools() } }
        }
    }

    context("a chunked body that is cut off between chunks, which looks whole to CIO,") {
        test("is a broken message if the message is not whole") {
            answering {
                startChunked(contentType = "application/json")
                sendChunk("""{"jsonrpc":"2.0","id":1,"result":{"tools":[""")
                close()
            }.use { server ->
                CIO_ENGINE.connected(server.url) { connection -> shouldThrow<ProtocolException> { connection.listTools() } }
            }
        }

        test("is a broken stream if the response has not come") {
            answering {
                startChunked()
                sendChunk(event("""{"jsonrpc":"2.0","method":"notifications/x"}"""))
                close()
            }.use { server ->
                CIO_ENGINE.connected(server.url) { connection -> shouldThrow<ProtocolException> { connection.listTools() } }
                    .message.orEmpty() shouldContain "ended without the response"
            }
        }
    }
})
