package io.github.latchkey.mcp.test

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.IOException
import java.net.ConnectException
import java.net.HttpURLConnection

class FaultServerTest : FunSpec({
    suspend fun FaultServer.post(method: String, tool: String) =
        HttpProbe.send("POST", url, body = """{"jsonrpc":"2.0","id":7,"method":"$method","params":{"name":"$tool"}}""")

    test("every fault has an id of its own") {
        Faults.ALL.groupBy { it.id }.filterValues { it.size > 1 }.keys.shouldBeEmpty()
    }

    test("a fault is found by its id") {
        Faults.named("status-404").description shouldBe "HTTP 404 without a body"
    }

    test("a fault of answers happens to the faulty tool alone") {
        FaultServer.start(Faults.named("status-503"), FaultPlace.CALL).use { server ->
            val refused = server.post("tools/call", FaultServer.FAULTY_TOOL)
            refused.statusCode() shouldBe 503
            refused.header("Retry-After") shouldBe "7"
            server.post("tools/call", "fine").body() shouldContain """"text":"fine""""
            server.post("server/discover", "").body() shouldContain "2026-07-28"
        }
    }

    test("a fault of connections happens to one connection, once it has begun") {
        FaultServer.start(Faults.named("end-at-once"), FaultPlace.CALL).use { server ->
            server.post("tools/call", "fine").statusCode() shouldBe 200
            server.begin()
            shouldThrow<IOException> { server.post("tools/call", "fine") }
            server.post("tools/call", "fine").statusCode() shouldBe 200
        }
    }

    test("a fault of addresses lasts") {
        FaultServer.start(Faults.named("refused"), FaultPlace.CONNECT).use { server ->
            repeat(2) { shouldThrow<ConnectException> { server.post("server/discover", "") } }
        }
    }

    test("a held call is answered when it is released") {
        FaultServer.start(Faults.named("silence"), FaultPlace.CLOSE).use { server ->
            server.release()
            server.post("tools/call", FaultServer.HELD_TOOL).statusCode() shouldBe HttpURLConnection.HTTP_OK
        }
    }

    test("a fault is refused where it cannot happen") {
        shouldThrow<IllegalArgumentException> { FaultServer.start(Faults.named("unknown-host"), FaultPlace.CALL) }
    }
})
