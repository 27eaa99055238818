package io.github.latchkey.mcp.auth

/** Where host names lead. On the JVM it is the JDK's own; needed to tell a server in the internet from one in the house. */
public interface HostResolver {
    /**
     * All addresses of [host], of 4 or 16 bytes each, in network order. Empty if it has none or they cannot be told here, as behind a proxy that alone
     * knows names. [host] is a name or an IP literal in any spelling that the platform connects to, one of IPv6 in brackets.
     */
    public suspend fun resolve(host: String): List<ByteArray>
}
