package io.github.latchkey.mcp.http.internal;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A thread that sends requests, and reads their answers. It is told when it is about to wait for the network, so that it may gather until
 * then what it reads: {@link KeptSocket} does so, for all reads that go through it.
 */
final class EngineThread extends Thread {
    static final int PIECE_BYTES = 16 * 1024;

    // All below is touched by this thread alone.
    private byte @Nullable [] piece;
    private @Nullable Runnable beforeWaiting;
    private boolean hasRead;

    EngineThread(Runnable task) {
        super(task, "latchkey-okhttp");
        setDaemon(true);
    }

    /** The one that runs this, which must be one of these. */
    static EngineThread current() {
        return (EngineThread) Thread.currentThread();
    }

    /** Whoever runs this reads from {@code network} now, and has to wait for it if there is nothing to read. */
    static void reads(InputStream network) throws IOException {
        if (Thread.currentThread() instanceof EngineThread) {
            EngineThread thread = current();
            thread.hasRead = true;
            if (thread.beforeWaiting != null && network.available() == 0) {
                thread.beforeWaiting.run();
            }
        }
    }

    /** Has {@code action} run before this thread waits; nothing if it is null. */
    void beforeWaiting(@Nullable Runnable action) {
        beforeWaiting = action;
    }

    /** Forgets what {@link #hasRead()} knows. */
    void beginAnswer() {
        hasRead = false;
    }

    /**
     * Whether it has read from the network since the answer began. If not, others read for it (of HTTP/2, or of a TLS implementation that reads
     * from the descriptor itself), and it will not be told.
     */
    boolean hasRead() {
        return hasRead;
    }

    /** To read into; the same each time. */
    byte[] piece() {
        if (piece == null) {
            piece = new byte[PIECE_BYTES];
        }
        return piece;
    }
}
