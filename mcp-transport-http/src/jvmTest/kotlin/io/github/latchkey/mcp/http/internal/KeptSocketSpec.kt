package io.github.latchkey.mcp.http.internal

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket

class KeptSocketSpec : FunSpec({
    test("what comes after our last word is no end: the tickets of TLS 1.3 do") {
        connected { kept, peer ->
            peer.getOutputStream().write(1)
            kept.getInputStream().read()
            kept.getOutputStream().write(2)
            peer.getInputStream().read()
            peer.getOutputStream().write(3)
            delay(LONGER_THAN_IDLE)
            kept.isClosed shouldBe false
            kept.getInputStream().read() shouldBe 3
        }
    }

    test("what nobody asked for after the last word of the server ends it") {
        connected { kept, peer ->
            peer.getOutputStream().write(1)
            kept.getInputStream().read()
            peer.getOutputStream().write(2)
            delay(LONGER_THAN_IDLE)
            kept.isClosed shouldBe true
        }
    }
})

private suspend fun connected(block: suspend (KeptSocket, Socket) -> Unit) =
    withContext(Dispatchers.IO) {
        ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { server ->
            KeptSocket(null).use { kept ->
                kept.connect(server.localSocketAddress, 1_000)
                server.accept().use { block(kept, it) }
            }
        }
    }

private const val LONGER_THAN_IDLE = 200L
