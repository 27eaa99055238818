package io.github.latchkey.mcp.test

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.awaitCancellation
import java.net.ServerSocket
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread
import kotlin.time.measureTime

class LeakCheckTest : FunSpec({
    test("finds a socket that stays open") {
        val before = LeakCheck.snapshot()
        ServerSocket(0).use { socket ->
            shouldThrow<AssertionError> { before.assertNothingLeft(50) }.message shouldContain "port ${socket.localPort}"
        }
        before.assertNothingLeft()
    }

    test("finds a thread that holds the JVM") {
        val before = LeakCheck.snapshot()
        val end = CountDownLatch(1)
        thread(name = "forgotten", isDaemon = false) { end.await() }
        shouldThrow<AssertionError> { before.assertNothingLeft(50) }.message shouldContain "forgotten"
        end.countDown()
        before.assertNothingLeft()
    }

    test("finds a daemon by a name of ours") {
        val before = LeakCheck.snapshot()
        val end = CountDownLatch(1)
        rawThread("forgotten") { end.await() }
        shouldThrow<AssertionError> { before.assertNothingLeft(50) }
        end.countDown()
        before.assertNothingLeft()
    }

    test("a loopback server leaves nothing, and closes at once with a call running") {
        LoopbackServer.start(ScriptedMcpServer()).close() // what is loaded once
        val server = ScriptedMcpServer { tool("wait") { _, _ -> awaitCancellation() } }
        val before = LeakCheck.snapshot()
        val loopback = LoopbackServer.start({ mcpServer(server) })
        rawPost(
            loopback.port,
            "/mcp",
            statelessHeaders("tools/call", "wait"),
            statelessBody("tools/call", json("""{"name":"wait"}""")),
        ).use {
            server.awaitCalls(1)
            measureTime { loopback.close() }.inWholeMilliseconds shouldBeLessThan 200
            loopback.close()
        }
        before.assertNothingLeft()
    }

    test("a raw server leaves nothing, with a silent connection open") {
        val before = LeakCheck.snapshot()
        val server = RawServer.silent()
        rawSocket(server.port).use { server.close() }
        before.assertNothingLeft()
    }
})
