package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.auth.internal.url.AddressKind
import io.github.latchkey.mcp.auth.internal.url.HostAddress
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

class JvmHostResolverTest : FunSpec({
    context("every spelling of an address is that address") {
        withData(
            "127.0.0.1" to AddressKind.LOOPBACK,
            "127.1" to AddressKind.LOOPBACK,
            "2130706433" to AddressKind.LOOPBACK,
            "[::1]" to AddressKind.LOOPBACK,
            "[0:0:0:0:0:0:0:1]" to AddressKind.LOOPBACK,
            "[::ffff:127.0.0.1]" to AddressKind.LOOPBACK,
            "[::ffff:a9fe:a9fe]" to AddressKind.LINK_LOCAL,
            "[64:ff9b::169.254.169.254]" to AddressKind.LINK_LOCAL,
            "[fd00::1]" to AddressKind.PRIVATE,
            "0.0.0.0" to AddressKind.RESERVED,
            "localhost" to AddressKind.LOOPBACK,
            "8.8.8.8" to AddressKind.PUBLIC,
        ) { (host, kind) ->
            JvmHostResolver.resolve(host).map { HostAddress(it).kind }.distinct() shouldBe listOf(kind)
        }
    }

    test("a name that nobody knows has none") {
        JvmHostResolver.resolve("no-such-host.invalid").shouldBeEmpty()
    }
})
