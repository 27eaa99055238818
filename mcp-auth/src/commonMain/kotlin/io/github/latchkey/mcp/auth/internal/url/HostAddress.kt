package io.github.latchkey.mcp.auth.internal.url

/** What kind of network an address is in (IANA special-purpose address registries, RFC 6890). */
internal enum class AddressKind(val text: String) {
    PUBLIC("public"),
    PRIVATE("private"),
    LINK_LOCAL("link-local"),
    LOOPBACK("loopback"),

    /** Nowhere a server should be: unspecified, multicast, documentation, benchmarks, not assigned. */
    RESERVED("reserved"),
}

/** An IP address of 4 or 16 bytes. */
internal class HostAddress(
    private val bytes: ByteArray,
) {
    /** The IPv4 address in an IPv6 one, where that is where its packets go. */
    private val embedded: HostAddress? =
        when {
            startsWith(Prefix("00000000000000000000ffff", 96)) -> HostAddress(bytes.copyOfRange(12, 16))

            // IPv4-mapped
            startsWith(Prefix("0064ff9b0000000000000000", 96)) -> HostAddress(bytes.copyOfRange(12, 16))

            // NAT64, RFC 6052
            startsWith(Prefix("2002", 16)) -> HostAddress(bytes.copyOfRange(2, 6))

            // 6to4, RFC 3056
            else -> null
        }

    val kind: AddressKind
        get() = embedded?.kind ?: KINDS.firstOrNull { (prefix, _) -> startsWith(prefix) }?.second ?: AddressKind.PUBLIC

    override fun toString(): String =
        if (bytes.size == IPV4_BYTES) {
            bytes.joinToString(".") { "${it.toInt() and 0xFF}" }
        } else {
            List(8) { (((bytes[2 * it].toInt() and 0xFF) shl 8) or (bytes[2 * it + 1].toInt() and 0xFF)).toString(16) }.joinToString(":")
        }

    private fun startsWith(prefix: Prefix): Boolean =
        prefix.isV6 == (bytes.size != IPV4_BYTES) && (0 until prefix.bits).all { bit(bytes, it) == bit(prefix.bytes, it) }

    private fun bit(of: ByteArray, at: Int): Int = (of[at / 8].toInt() shr (7 - at % 8)) and 1

    private class Prefix(hex: String, val bits: Int, val isV6: Boolean = true) {
        val bytes = hex.chunked(2).map { it.toInt(16).toByte() }.toByteArray()
    }

    private companion object {
        const val IPV4_BYTES = 4

        fun v4(hex: String, bits: Int) = Prefix(hex, bits, isV6 = false)

        val KINDS =
            listOf(
                v4("00", 8) to AddressKind.RESERVED, // 0.0.0.0/8, this network
                v4("0a", 8) to AddressKind.PRIVATE, // 10.0.0.0/8
                v4("6440", 10) to AddressKind.PRIVATE, // 100.64.0.0/10, carriers
                v4("7f", 8) to AddressKind.LOOPBACK, // 127.0.0.0/8
                v4("a9fe", 16) to AddressKind.LINK_LOCAL, // 169.254.0.0/16, metadata services of clouds
                v4("ac10", 12) to AddressKind.PRIVATE, // 172.16.0.0/12
                v4("c00000", 24) to AddressKind.RESERVED, // 192.0.0.0/24
                v4("c00002", 24) to AddressKind.RESERVED, // 192.0.2.0/24, documentation
                v4("c0586300", 24) to AddressKind.RESERVED, // 192.88.99.0/24, 6to4 relays
                v4("c0a8", 16) to AddressKind.PRIVATE, // 192.168.0.0/16
                v4("c612", 15) to AddressKind.RESERVED, // 198.18.0.0/15, benchmarks
                v4("c63364", 24) to AddressKind.RESERVED, // 198.51.100.0/24, documentation
                v4("cb0071", 24) to AddressKind.RESERVED, // 203.0.113.0/24, documentation
                v4("e0", 3) to AddressKind.RESERVED, // 224.0.0.0/4 multicast, 240.0.0.0/4
                Prefix("00000000000000000000000000000001", 128) to AddressKind.LOOPBACK, // ::1
                Prefix("0064ff9b0001", 48) to AddressKind.PRIVATE, // NAT64 of one's own, RFC 8215
                Prefix("00", 8) to AddressKind.RESERVED, // ::, and IPv4-compatible addresses
                Prefix("0100000000000000", 64) to AddressKind.RESERVED, // discard
                Prefix("20010000", 23) to AddressKind.RESERVED, // protocols, Teredo among them
                Prefix("20010db8", 32) to AddressKind.RESERVED, // documentation
                Prefix("3fff00", 20) to AddressKind.RESERVED, // documentation
                Prefix("5f00", 16) to AddressKind.RESERVED, // segment routing
                Prefix("fc", 7) to AddressKind.PRIVATE, // fc00::/7
                Prefix("fe80", 10) to AddressKind.LINK_LOCAL, // fe80::/10
                Prefix("fec0", 10) to AddressKind.PRIVATE, // fec0::/10, the old site-local
                Prefix("ff", 8) to AddressKind.RESERVED, // multicast
            )
    }
}
