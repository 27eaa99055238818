package io.github.latchkey.mcp.auth.internal.url

import io.github.latchkey.mcp.auth.internal.url.AddressKind.LINK_LOCAL
import io.github.latchkey.mcp.auth.internal.url.AddressKind.LOOPBACK
import io.github.latchkey.mcp.auth.internal.url.AddressKind.PRIVATE
import io.github.latchkey.mcp.auth.internal.url.AddressKind.PUBLIC
import io.github.latchkey.mcp.auth.internal.url.AddressKind.RESERVED
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe

class HostAddressTest : FunSpec({
    fun v4(text: String) = HostAddress(text.split('.').map { it.toInt().toByte() }.toByteArray())

    /** Eight groups, none left out. */
    fun v6(text: String) =
        HostAddress(text.split(':').flatMap { it.padStart(4, '0').chunked(2) }.map { it.toInt(16).toByte() }.toByteArray())

    context("IPv4, the first and the last of each block (RFC 6890)") {
        withData(
            nameFn = { "${it.first} is ${it.second.text}" },
            "0.0.0.0" to RESERVED,
            "0.255.255.255" to RESERVED,
            "1.0.0.0" to PUBLIC,
            "9.255.255.255" to PUBLIC,
            "10.0.0.0" to PRIVATE,
            "10.255.255.255" to PRIVATE,
            "11.0.0.0" to PUBLIC,
            "100.63.255.255" to PUBLIC,
            "100.64.0.0" to PRIVATE,
            "100.127.255.255" to PRIVATE,
            "100.128.0.0" to PUBLIC,
            "127.0.0.1" to LOOPBACK,
            "127.255.255.255" to LOOPBACK,
            "128.0.0.0" to PUBLIC,
            "169.253.255.255" to PUBLIC,
            "169.254.0.0" to LINK_LOCAL,
            "169.254.169.254" to LINK_LOCAL,
            "172.15.255.255" to PUBLIC,
            "172.16.0.0" to PRIVATE,
            "172.31.255.255" to PRIVATE,
            "172.32.0.0" to PUBLIC,
            "192.0.0.8" to RESERVED,
            "192.0.2.1" to RESERVED,
            "192.88.99.1" to RESERVED,
            "192.167.255.255" to PUBLIC,
            "192.168.0.0" to PRIVATE,
            "192.168.255.255" to PRIVATE,
            "198.18.0.0" to RESERVED,
            "198.19.255.255" to RESERVED,
            "198.20.0.0" to PUBLIC,
            "198.51.100.1" to RESERVED,
            "203.0.113.1" to RESERVED,
            "223.255.255.255" to PUBLIC,
            "224.0.0.1" to RESERVED,
            "240.0.0.1" to RESERVED,
            "255.255.255.255" to RESERVED,
        ) { (address, kind) ->
            v4(address).kind shouldBe kind
            v4(address).toString() shouldBe address
        }
    }

    context("IPv6") {
        withData(
            nameFn = { "${it.first} is ${it.second.text}" },
            "0:0:0:0:0:0:0:0" to RESERVED,
            "0:0:0:0:0:0:0:1" to LOOPBACK,
            "0:0:0:0:0:0:0:2" to RESERVED,
            "0:0:0:0:0:0:a00:1" to RESERVED,
            "0:0:0:0:0:ffff:7f00:1" to LOOPBACK,
            "0:0:0:0:0:ffff:a9fe:a9fe" to LINK_LOCAL,
            "0:0:0:0:0:ffff:808:808" to PUBLIC,
            "64:ff9b:0:0:0:0:a00:1" to PRIVATE,
            "64:ff9b:0:0:0:0:808:808" to PUBLIC,
            "64:ff9b:1:0:0:0:808:808" to PRIVATE,
            "100:0:0:0:0:0:0:1" to RESERVED,
            "2001:0:0:0:0:0:0:1" to RESERVED,
            "2001:db8:0:0:0:0:0:1" to RESERVED,
            "2001:4860:4860:0:0:0:0:8888" to PUBLIC,
            "2002:c0a8:101:0:0:0:0:1" to PRIVATE,
            "2002:808:808:0:0:0:0:1" to PUBLIC,
            "2606:4700:0:0:0:0:0:1111" to PUBLIC,
            "3fff:0:0:0:0:0:0:1" to RESERVED,
            "fbff:0:0:0:0:0:0:1" to PUBLIC,
            "fc00:0:0:0:0:0:0:1" to PRIVATE,
            "fdff:ffff:0:0:0:0:0:1" to PRIVATE,
            "fe7f:0:0:0:0:0:0:1" to PUBLIC,
            "fe80:0:0:0:0:0:0:1" to LINK_LOCAL,
            "febf:0:0:0:0:0:0:1" to LINK_LOCAL,
            "fec0:0:0:0:0:0:0:1" to PRIVATE,
            "ff02:0:0:0:0:0:0:1" to RESERVED,
        ) { (address, kind) ->
            v6(address).kind shouldBe kind
            v6(address).toString() shouldBe address
        }
    }
})
