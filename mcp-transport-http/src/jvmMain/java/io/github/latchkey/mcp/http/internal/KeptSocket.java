package io.github.latchkey.mcp.http.internal;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A socket for OkHttp that mends two things, and goes through a SOCKS proxy if there is one.
 *
 * <p>A request on a kept connection that the server has closed is lost, and cannot be sent again, as the server might have seen
 * it. OkHttp asks {@link #isClosed} before it uses a kept connection; the JDK does not know then that the peer has closed. So
 * a socket that nobody reads from, and has not for a while, looks whether its stream has ended. That takes a millisecond when it
 * has not, which is why it is not done between requests that follow each other at once. Nor is it done while the last word is ours:
 * after the handshake of TLS 1.3 come the tickets of the server, which are no end, and nobody has read them yet. A socket that has
 * ended is closed there and then: what the JDK does first when it closes TLS fails on a socket that says it is closed, and then nobody
 * closes it.
 *
 * <p>OkHttp limits the TCP connect and leaves the TLS handshake to the read timeout, of which we want none. So reads are limited
 * like the connect until OkHttp, after the handshake, sets its own timeout.
 */
final class KeptSocket extends Socket {
    private static final long IDLE_NANOS = 100_000_000;

    private final @Nullable ProxyServer socksProxy;
    private final LongSupplier nanoTime;

    /** Held while somebody reads. */
    private final ReentrantLock reading = new ReentrantLock();

    private volatile long lastRead;
    private volatile boolean hasBeenRead;
    private volatile boolean isLastAnswer;
    private volatile boolean isEnded;
    private volatile boolean isClosing;

    KeptSocket(@Nullable ProxyServer socksProxy) {
        this(socksProxy, System::nanoTime);
    }

    KeptSocket(@Nullable ProxyServer socksProxy, LongSupplier nanoTime) {
        super(Proxy.NO_PROXY); // else the JDK would follow its own settings
        this.socksProxy = socksProxy;
        this.nanoTime = nanoTime;
    }

    /** The answer that is being read is the last: an HTTP/1.0 server closes after it without saying so. */
    void endWithAnswer() {
        isLastAnswer = true;
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        if (socksProxy == null) {
            super.connect(endpoint, timeout);
            setSoTimeout(timeout);
        } else {
            super.connect(new InetSocketAddress(socksProxy.getHost(), socksProxy.getPort()), timeout);
            setSoTimeout(timeout);
            InetSocketAddress server = (InetSocketAddress) endpoint;
            new SocksHandshake(socksProxy, super.getInputStream(), getOutputStream())
                    .connect(server.getHostString(), SocksNames.address(server), server.getPort());
        }
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new WatchedInputStream(super.getInputStream());
    }

    @Override
    public boolean isClosed() {
        if (isClosing || super.isClosed()) {
            return super.isClosed(); // what has ended must still be closed
        }
        // Some TLS implementations read from the descriptor itself, behind our back: then nothing is known and nothing
        // touched.
        if (!isEnded && hasBeenRead && !reading.isHeldByCurrentThread() && reading.tryLock()) {
            try {
                isEnded = isLastAnswer || (nanoTime.getAsLong() - lastRead > IDLE_NANOS && hasEnded());
                if (isEnded) closeQuietly();
            } finally {
                reading.unlock();
            }
        }
        return isEnded;
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            // as good as closed
        }
    }

    @Override
    public synchronized void close() throws IOException {
        isClosing = true;
        super.close();
    }

    private boolean hasEnded() {
        try {
            int timeout = getSoTimeout();
            setSoTimeout(1);
            try {
                // A byte that nobody asked for makes the connection as useless as its end does.
                super.getInputStream().read();
                return true;
            } catch (SocketTimeoutException e) {
                setSoTimeout(timeout);
                return false;
            }
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new WatchedOutputStream(super.getOutputStream());
    }

    private final class WatchedOutputStream extends FilterOutputStream {
        WatchedOutputStream(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            hasBeenRead = false;
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            hasBeenRead = false;
            out.write(bytes, offset, length);
        }
    }

    private final class WatchedInputStream extends FilterInputStream {
        WatchedInputStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            EngineThread.reads(in);
            reading.lock();
            try {
                return super.read();
            } finally {
                endRead();
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            EngineThread.reads(in);
            reading.lock();
            try {
                return super.read(bytes, offset, length);
            } finally {
                endRead();
            }
        }

        private void endRead() {
            lastRead = nanoTime.getAsLong();
            hasBeenRead = true;
            reading.unlock();
        }
    }
}
