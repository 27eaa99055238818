package io.github.latchkey.mcp.auth;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Receives one redirect on a loopback address (RFC 8252 §7.3). One thread serves any number of connections, so one that is silent holds up
 * nobody. Other paths get a 404, other methods a 405, and whatever is no short HTTP request is hung up on.
 */
final class LoopbackReceiver implements AutoCloseable {
    private static final int MAX_REQUEST_BYTES = 16 * 1024;
    private static final int MAX_CONNECTIONS = 32;

    private final ServerSocketChannel server;
    private final Selector selector;
    private final String path;
    private @Nullable SocketChannel redirected;

    private LoopbackReceiver(ServerSocketChannel server, Selector selector, String path) {
        this.server = server;
        this.selector = selector;
        this.path = path;
    }

    /**
     * Listens at {@code address} from now on; port 0 is any free one.
     *
     * @throws java.net.BindException if the port is taken
     */
    static LoopbackReceiver listen(InetAddress address, int port, String path) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.bind(new InetSocketAddress(address, port));
            server.configureBlocking(false);
            Selector selector = Selector.open();
            server.register(selector, SelectionKey.OP_ACCEPT);
            return new LoopbackReceiver(server, selector, path);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    int port() {
        return server.socket().getLocalPort();
    }

    /** Blocks until the redirect is here, and returns its query, empty if it has none. Interruptible. */
    String awaitQuery() throws IOException, InterruptedException {
        while (true) {
            selector.select();
            if (Thread.interrupted()) throw new InterruptedException("nobody waits for the redirect any more");
            Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
            while (ready.hasNext()) {
                SelectionKey key = ready.next();
                ready.remove();
                String query = key.isAcceptable() ? accept() : read(key);
                if (query != null) return query;
            }
        }
    }

    /** Answers the redirect with {@code page}, once; does nothing if there is none to answer. */
    void answer(String page) {
        SocketChannel channel = redirected;
        redirected = null;
        if (channel != null) respond(channel, "200 OK", page);
    }

    /** Hangs up on everybody and listens no longer. */
    @Override
    public void close() throws IOException {
        if (!selector.isOpen()) return;
        answer(ResultPage.failed("it was cancelled"));
        try (server;
                selector) {
            for (SelectionKey key : selector.keys()) key.channel().close();
        }
    }

    private @Nullable String accept() throws IOException {
        SocketChannel channel = server.accept();
        if (channel == null) return null;
        if (selector.keys().size() > MAX_CONNECTIONS) {
            channel.close();
            return null;
        }
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(MAX_REQUEST_BYTES));
        return null;
    }

    private @Nullable String read(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        ByteBuffer received = (ByteBuffer) key.attachment();
        int count;
        try {
            count = channel.read(received);
        } catch (IOException e) {
            count = -1; // the browser hung up: its loss
        }
        String head =
                StandardCharsets.ISO_8859_1.decode(received.duplicate().flip()).toString();
        if (head.contains("\r\n\r\n")) return serve(key, channel, head.substring(0, head.indexOf("\r\n")));
        if (count < 0 || !received.hasRemaining()) channel.close();
        return null;
    }

    private @Nullable String serve(SelectionKey key, SocketChannel channel, String requestLine) throws IOException {
        String[] parts = requestLine.split(" ", -1);
        String target = parts.length == 3 ? parts[1] : "";
        int end = target.indexOf('?');
        String query = null;
        key.cancel();
        if (!path.equals(end < 0 ? target : target.substring(0, end))) {
            respond(channel, "404 Not Found", "");
        } else if (!parts[0].equals("GET")) {
            respond(channel, "405 Method Not Allowed", "");
        } else {
            redirected = channel;
            query = end < 0 ? "" : target.substring(end + 1);
        }
        return query;
    }

    // A few hundred bytes always fit into the send buffer of a fresh connection, so writing does not block; what does
    // not fit is not sent.
    private static void respond(SocketChannel channel, String status, String page) {
        byte[] body = page.getBytes(StandardCharsets.UTF_8);
        String head =
                "HTTP/1.1 " + status + "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " + body.length
                        + "\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer"
                        + "\r\nContent-Security-Policy: default-src 'none'\r\nConnection: close\r\n\r\n";
        ByteBuffer bytes = ByteBuffer.allocate(head.length() + body.length);
        bytes.put(head.getBytes(StandardCharsets.ISO_8859_1)).put(body).flip();
        try (channel) {
            channel.write(bytes);
            channel.shutdownOutput();
        } catch (IOException e) {
            // The window is closed already: nobody is left to tell.
        }
    }
}
