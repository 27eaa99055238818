package io.github.latchkey.mcp.http.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import okhttp3.Dns;
import org.jspecify.annotations.Nullable;

/** Leaves names to a SOCKS proxy: OkHttp gets an address that stands for the name, and the socket reads the name from it. */
final class SocksNames implements Dns {
    private static final byte[] NOWHERE = new byte[4];

    @Override
    public List<InetAddress> lookup(String hostname) throws UnknownHostException {
        return List.of(InetAddress.getByAddress(hostname, NOWHERE));
    }

    /** The address of the server; null if it is a name for the proxy to look up. */
    static byte @Nullable [] address(InetSocketAddress server) {
        byte[] address = server.getAddress().getAddress();
        return Arrays.equals(address, NOWHERE) ? null : address;
    }
}
