package io.github.latchkey.mcp.http.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes {@link KeptSocket}s, which go through a SOCKS proxy if there is one. */
final class KeptSocketFactory extends SocketFactory {
    private final @Nullable ProxyServer socksProxy;

    KeptSocketFactory(@Nullable ProxyServer socksProxy) {
        this.socksProxy = socksProxy;
    }

    @Override
    public Socket createSocket() {
        return new KeptSocket(socksProxy);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connect(null, 0, new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connect(localHost, localPort, new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connect(null, 0, new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return connect(localHost, localPort, new InetSocketAddress(host, port));
    }

    private Socket connect(@Nullable InetAddress localHost, int localPort, InetSocketAddress to) throws IOException {
        Socket socket = new KeptSocket(socksProxy);
        socket.bind(new InetSocketAddress(localHost, localPort));
        socket.connect(to);
        return socket;
    }
}
