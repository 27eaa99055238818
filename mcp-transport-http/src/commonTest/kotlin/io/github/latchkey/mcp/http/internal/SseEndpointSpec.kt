package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProtocolException
import io.github.latchkey.mcp.transport.Deadline
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest

private data class Reference(
    val text: String,
    val url: String,
)

@OptIn(ExperimentalCoroutinesApi::class)
class SseEndpointSpec : FunSpec({
    context("the endpoint of HTTP+SSE, relative to https://h.example:8443/a/b/sse?k=v (LSSE-04, RFC 3986 §5.2)") {
        val base = EndpointUrl("https://h.example:8443/a/b/sse?k=v")
        withData(
            Reference("/messages?sessionId=1", "https://h.example:8443/messages?sessionId=1"),
            Reference("messages/?s=%2F", "https://h.example:8443/a/b/messages/?s=%2F"),
            Reference("../m", "https://h.example:8443/a/m"),
            Reference("../../../m?x=../y", "https://h.example:8443/m?x=../y"),
            Reference("./m/.", "https://h.example:8443/a/b/m/"),
            Reference("?s=1", "https://h.example:8443/a/b/sse?s=1"),
            Reference(" /m ", "https://h.example:8443/m"),
            Reference("//h.example:8443/m", "https://h.example:8443/m"),
            Reference("https://H.example:8443/m%20n?a=b+c", "https://H.example:8443/m%20n?a=b+c"),
        ) { resolveSseEndpoint(base, it.text).text shouldBe it.url }

        withData(
            "https://evil.example:8443/m",
            "https://h.example/m",
            "http://h.example:8443/m",
            "//evil.example/m",
            "https://h.example:8443@evil.example/m",
            "javascript:alert(1)",
            "/m#x",
            "\\\\evil.example\\m",
        ) { shouldThrow<IllegalArgumentException> { resolveSseEndpoint(base, it) } }
    }

    context("the endpoint relative to a URL without a path") {
        withData(
            Reference("/m", "http://h.example/m"),
            Reference("m", "http://h.example/m"),
            Reference("http://h.example:80/m", "http://h.example:80/m"),
        ) { resolveSseEndpoint(EndpointUrl("http://h.example"), it.text).text shouldBe it.url }
    }

    context("the clock of an opening stream") {
        fun late(): McpException = ProtocolException("late", FailureDetails(Phase.CONNECT, null, "-"))

        test("runs out") {
            runTest {
                shouldThrow<ProtocolException> { OpeningClock(Deadline.NONE).await(CompletableDeferred<Unit>(), 5_000, ::late) }
                currentTime shouldBe 5_000
            }
        }

        test("stands still during a sign-in") {
            runTest {
                val clock = OpeningClock(Deadline.NONE)
                val opened = CompletableDeferred<String>()
                launch {
                    clock.paused { delay(60_000) }
                    delay(1_000)
                    opened.complete("open")
                }
                clock.await(opened, 5_000, ::late) shouldBe "open"
            }
        }
    }
})
