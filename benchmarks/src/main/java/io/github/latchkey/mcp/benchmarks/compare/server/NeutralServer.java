package io.github.latchkey.mcp.benchmarks.compare.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/**
 * The server that all clients of the comparison talk to: one thread, prepared answers, the session era without session ids. It prints
 * the ports of its two listeners, that for MCP and that for questions about itself, and ends when its standard input does.
 */
public final class NeutralServer {
    private static final int BACKLOG = 4096;

    private final Selector selector = Selector.open();
    private final ServerSocketChannel mcp = listen();
    private final ServerSocketChannel control = listen();
    private final ByteBuffer received = ByteBuffer.allocateDirect(1 << 18);
    private final Counters counters = new Counters();

    private NeutralServer() throws IOException {
        mcp.register(selector, SelectionKey.OP_ACCEPT);
        control.register(selector, SelectionKey.OP_ACCEPT);
    }

    public static void main(String[] args) throws IOException {
        NeutralServer server = new NeutralServer();
        System.out.println(port(server.mcp) + " " + port(server.control));
        endWithStandardInput();
        server.serve();
    }

    private static void endWithStandardInput() {
        Thread watcher = new Thread(() -> {
            try {
                System.in.transferTo(java.io.OutputStream.nullOutputStream());
            } catch (IOException e) {
                // Gone all the same.
            }
            Runtime.getRuntime().halt(0);
        });
        watcher.setDaemon(true);
        watcher.start();
    }

    private ServerSocketChannel listen() throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        channel.configureBlocking(false);
        return channel;
    }

    private static int port(ServerSocketChannel channel) throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    private void serve() throws IOException {
        while (true) {
            selector.select();
            Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
            while (ready.hasNext()) {
                SelectionKey key = ready.next();
                ready.remove();
                handle(key);
            }
        }
    }

    private void handle(SelectionKey key) throws IOException {
        if (key.attachment() instanceof Connection connection) {
            handle(key, connection);
        } else if (key.channel() == mcp) {
            accept(mcp);
        } else if (key.channel() == control) {
            SocketChannel channel = control.accept();
            if (channel != null) {
                channel.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            }
        } else {
            answerControl(key, (SocketChannel) key.channel());
        }
    }

    private void accept(ServerSocketChannel listener) throws IOException {
        SocketChannel channel;
        while ((channel = listener.accept()) != null) {
            counters.connections++;
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(new Connection(channel, key, counters));
        }
    }

    private void handle(SelectionKey key, Connection connection) throws IOException {
        try {
            connection.ready(received);
        } catch (IOException e) {
            key.channel().close();
        }
    }

    /** One byte asks, a line answers: connections, requests and CPU time since the start. */
    private void answerControl(SelectionKey key, SocketChannel channel) throws IOException {
        try {
            received.clear();
            if (channel.read(received) < 0) {
                channel.close();
                return;
            }
            channel.write(ByteBuffer.wrap(counters.toString().getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            key.channel().close();
        }
    }
}
