package io.github.latchkey.mcp.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a kept connection is looked at, and what is seen. */
class KeptSocketTest {
    private final AtomicLong nanos = new AtomicLong();
    private ServerSocket listener;
    private KeptSocket socket;
    private InputStream in;
    private Socket peer;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        socket = new KeptSocket(null, nanos::get);
        socket.connect(listener.getLocalSocketAddress(), 5_000);
        in = socket.getInputStream(); // once, as OkHttp does: the JDK asks then whether the socket is closed
        peer = listener.accept();
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        peer.close();
        listener.close();
    }

    @Test
    void aConnectionThatThePeerHasClosedIsSeenAfterIdling() throws IOException {
        exchange();
        peer.close();
        assertFalse(socket.isClosed(), "not between requests that follow each other at once");
        idle();
        assertTrue(socket.isClosed());
    }

    @Test
    void oneThatIsWellStaysOpen() throws IOException {
        exchange();
        idle();
        assertFalse(socket.isClosed());
        exchange();
    }

    @Test
    void oneOnWhichSomethingCameUnaskedIsOfNoUse() throws IOException {
        exchange();
        peer.getOutputStream().write('!');
        idle();
        assertTrue(socket.isClosed());
    }

    /** After our part of a handshake of TLS 1.3 there may be session tickets that nobody has read. */
    @Test
    void whatComesAfterOurLastWordIsNoEnd() throws IOException {
        exchange();
        socket.getOutputStream().write('b');
        assertEquals('b', peer.getInputStream().read());
        peer.getOutputStream().write('!');
        idle();
        socket.setSoTimeout(0); // in which the JDK asks whether the socket is closed
        assertFalse(socket.isClosed());
        assertEquals('!', in.read());
    }

    private void exchange() throws IOException {
        OutputStream out = peer.getOutputStream();
        out.write('a');
        out.flush();
        assertEquals('a', in.read());
    }

    private void idle() {
        nanos.addAndGet(1_000_000_000);
    }
}
