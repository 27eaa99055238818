package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.test.LeakCheck
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withContext
import java.io.IOException
import java.net.BindException
import java.net.InetAddress
import java.net.Socket
import java.net.URI
import kotlin.time.TimeSource

/** Real sockets and real time: the socket is the point. */
class LoopbackPromptTest : FunSpec({
    val url = AuthorizationUrl("https://as.example/authorize?state=S", "http://127.0.0.1:1/callback")

    fun prompt(configure: LoopbackPrompt.Builder.() -> Unit = {}) = LoopbackPrompt.builder().browser { }.apply(configure).build()

    /** Sends [request] as it is and returns all that comes back. */
    suspend fun exchange(port: Int, request: String): String =
        withContext(Dispatchers.IO) {
            Socket(InetAddress.getLoopbackAddress(), port).use { socket ->
                socket.getOutputStream().write(request.encodeToByteArray())
                socket.getInputStream().readAllBytes().decodeToString()
            }
        }

    fun get(target: String) = "GET $target HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

    fun portOf(receiver: RedirectReceiver) = URI.create(receiver.redirectUri).port

    /** Receives one redirect while [visits] happen; returns it. */
    suspend fun receive(
        prompt: LoopbackPrompt = prompt(),
        end: suspend (RedirectReceiver) -> Unit = { it.report(null) },
        visits: suspend (RedirectReceiver) -> Unit,
    ): String =
        prompt.prepare(emptyList()).use { receiver ->
            coroutineScope {
                val redirect = async { receiver.authorize(url) }
                val visit = async { visits(receiver) }
                redirect.await().also {
                    end(receiver)
                    visit.await()
                }
            }
        }

    test("the redirect URI is a loopback literal with a port of its own, before anybody is asked (AUTH-61)") {
        prompt().prepare(emptyList()).use { it.redirectUri shouldMatch "http://127\\.0\\.0\\.1:[0-9]+/callback" }
    }

    test("the redirect comes back as it was sent") {
        var uri = ""
        receive { receiver ->
            uri = receiver.redirectUri
            exchange(portOf(receiver), get("/callback?code=a%2Fb&state=S"))
        } shouldBe "$uri?code=a%2Fb&state=S"
    }

    test("the browser is shown that it worked, once it has") {
        var page = ""
        receive { page = exchange(portOf(it), get("/callback?code=c")) }
        page shouldStartWith "HTTP/1.1 200 OK\r\n"
        page shouldContain "You are signed in"
        page shouldContain "Content-Security-Policy: default-src 'none'"
    }

    test("the browser is shown that it failed, with nothing to run in it") {
        var page = ""
        val failure = authorizationFailed(AuthorizationStep.TOKEN, null, "refused: <script>alert(1)</script>", "try again")
        receive(end = { it.report(failure) }) { page = exchange(portOf(it), get("/callback?error=<script>")) }
        page shouldContain "did not succeed"
        page shouldContain "&lt;script&gt;"
        page shouldNotContain "<script>"
    }

    test("a sign-in that ends without a word still answers the browser") {
        var page = ""
        val prompt = prompt()
        coroutineScope {
            val visit =
                prompt.prepare(emptyList()).use { receiver ->
                    val redirect = async { receiver.authorize(url) }
                    val visit = async { page = exchange(portOf(receiver), get("/callback?code=c")) }
                    redirect.await()
                    visit
                }
            visit.await()
        }
        page shouldContain "did not succeed"
    }

    context("anything else is turned away, and the redirect still comes") {
        withData(
            nameFn = { it.first.lines().first().take(60) },
            get("/favicon.ico") to "HTTP/1.1 404",
            get("/") to "HTTP/1.1 404",
            get("/callback/") to "HTTP/1.1 404",
            get("/callbackx?code=c") to "HTTP/1.1 404",
            get("http://127.0.0.1/callback?code=c") to "HTTP/1.1 404",
            "POST /callback?code=c HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n" to "HTTP/1.1 405",
            "HEAD /callback?code=c HTTP/1.1\r\nHost: x\r\n\r\n" to "HTTP/1.1 405",
            "nonsense\r\n\r\n" to "HTTP/1.1 404",
        ) { (request, answer) ->
            receive {
                exchange(portOf(it), request) shouldStartWith answer
                exchange(portOf(it), get("/callback?code=c"))
            } shouldContain "?code=c"
        }
    }

    test("a request without an end is hung up on") {
        receive {
            try {
                exchange(portOf(it), "GET /callback?" + "x".repeat(20_000)) shouldBe ""
            } catch (_: IOException) {
                // A reset is as good an end.
            }
            exchange(portOf(it), get("/callback?code=c"))
        } shouldContain "?code=c"
    }

    test("silent connections hold up nobody (AUTH-61)") {
        val silent = mutableListOf<Socket>()
        val start = TimeSource.Monotonic.markNow()
        receive { receiver ->
            withContext(Dispatchers.IO) { repeat(10) { silent += Socket(InetAddress.getLoopbackAddress(), portOf(receiver)) } }
            exchange(portOf(receiver), get("/callback?code=c"))
        } shouldContain "?code=c"
        start.elapsedNow().inWholeMilliseconds shouldBeLessThan 2_000
        silent.forEach { it.use { socket -> withContext(Dispatchers.IO) { socket.getInputStream().read() } shouldBe -1 } }
    }

    test("a request in pieces is one request") {
        receive { receiver ->
            withContext(Dispatchers.IO) {
                Socket(InetAddress.getLoopbackAddress(), portOf(receiver)).use { socket ->
                    get("/callback?code=c").chunked(5).forEach {
                        socket.getOutputStream().write(it.encodeToByteArray())
                        socket.getOutputStream().flush()
                    }
                    socket.getInputStream().readAllBytes()
                }
            }
        } shouldContain "?code=c"
    }

    test("a browser that cannot be opened fails at once") {
        shouldThrow<IOException> {
            prompt { browser { throw IOException("no display") } }.prepare(emptyList()).use { it.authorize(url) }
        }.message shouldBe "no display"
    }

    test("a browser command that lasts does not hold up the redirect") {
        val opened = CompletableDeferred<Unit>()
        val prompt =
            prompt {
                browser {
                    opened.complete(Unit)
                    Thread.currentThread().join()
                }
            }
        receive(prompt) {
            opened.await()
            exchange(portOf(it), get("/callback?code=c"))
        } shouldContain "?code=c"
    }

    test("a cancelled sign-in closes everything") {
        val leaks = LeakCheck.snapshot()
        val opened = CompletableDeferred<Unit>()
        val prompt = prompt { browser { opened.complete(Unit) } }
        var port = 0
        coroutineScope {
            val signIn = async { prompt.prepare(emptyList()).use { it.also { port = portOf(it) }.authorize(url) } }
            opened.await()
            signIn.cancelAndJoin()
        }
        shouldThrow<IOException> { exchange(port, get("/callback")) }
        leaks.assertNothingLeft()
    }

    test("a finished sign-in leaves nothing") {
        val leaks = LeakCheck.snapshot()
        receive { exchange(portOf(it), get("/callback?code=c")) }
        leaks.assertNothingLeft()
    }

    test("closing twice is closing once") {
        val receiver = prompt().prepare(emptyList())
        receiver.close()
        receiver.close()
    }

    context("the port") {
        test("of a registration is taken again if it is free") {
            val uri = prompt().prepare(emptyList()).use { it.redirectUri }
            prompt().prepare(listOf("http://127.0.0.1:1/other", uri)).use { it.redirectUri shouldBe uri }
        }
        test("is another one if it is taken") {
            prompt().prepare(emptyList()).use { first ->
                prompt().prepare(listOf(first.redirectUri)).use { it.redirectUri shouldNotBe first.redirectUri }
            }
        }
        test("that is set is that one or a failure") {
            prompt().prepare(emptyList()).use { first ->
                shouldThrow<BindException> { prompt { port(portOf(first)) }.prepare(emptyList()) }
            }
        }
    }

    context("the host of the redirect URI (AMB-17)") {
        withData("localhost", "[::1]", "127.0.0.1") { host ->
            prompt { host(host) }.prepare(emptyList()).use { it.redirectUri shouldStartWith "http://$host:" }
        }
    }

    context("options that cannot be") {
        withData<Pair<String, LoopbackPrompt.Builder.() -> Unit>>(
            nameFn = { it.first },
            "host is no loopback host" to { host("0.0.0.0") },
            "port is out of range" to { port(65_536) },
            "path is no path of a URL" to { path("callback") },
            "path is no path of a URL" to { path("/call back") },
            "path is no path of a URL" to { path("/callback?x") },
        ) { (message, configure) -> shouldThrow<IllegalArgumentException> { prompt(configure) }.message shouldBe message }
    }
})
