package io.github.latchkey.mcp.http.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;

/**
 * Makes sockets that wait for bytes no longer than connecting was allowed to take. OkHttp limits the TCP connect, and leaves the
 * TLS handshake to the read timeout, of which we want none. It sets its own on the socket when the handshake is done, so that
 * this limit holds for the handshake alone.
 */
final class HandshakeLimitingSocketFactory extends SocketFactory {
    @Override
    public Socket createSocket() {
        return new HandshakeLimitingSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(null, 0, new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(localHost, localPort, new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(null, 0, new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(localHost, localPort, new InetSocketAddress(host, port));
    }

    private static Socket connected(
            @org.jspecify.annotations.Nullable InetAddress localHost, int localPort, SocketAddress to)
            throws IOException {
        Socket socket = new HandshakeLimitingSocket();
        socket.bind(new InetSocketAddress(localHost, localPort));
        socket.connect(to);
        return socket;
    }

    private static final class HandshakeLimitingSocket extends Socket {
        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            super.connect(endpoint, timeout);
            setSoTimeout(timeout);
        }
    }
}
