package io.github.latchkey.mcp.http.internal;

import org.jspecify.annotations.Nullable;

/**
 * A thread that sends requests, and reads their answers. It is told when it is about to wait for the network, so that it may gather until
 * then what it reads: {@link KeptSocket} does so, for all reads that go through it.
 */
final class EngineThread extends Thread {
    private static final int PIECE_BYTES = 8 * 1024;

    // All below is touched by this thread alone.
    private byte @Nullable [] piece;
    private @Nullable Runnable beforeWaiting;
    private boolean hasWaited;

    EngineThread(Runnable task) {
        super(task, "latchkey-okhttp");
        setDaemon(true);
    }

    /** The one that runs this, which must be one of these. */
    static EngineThread current() {
        return (EngineThread) Thread.currentThread();
    }

    /** Whoever runs this reads from the network now, and may have to wait for it. */
    static void waits() {
        if (Thread.currentThread() instanceof EngineThread) {
            EngineThread thread = current();
            thread.hasWaited = true;
            if (thread.beforeWaiting != null) {
                thread.beforeWaiting.run();
            }
        }
    }

    /** Has {@code action} run before this thread waits; nothing if it is null. */
    void beforeWaiting(@Nullable Runnable action) {
        beforeWaiting = action;
    }

    /** Forgets what {@link #hasWaited()} knows. */
    void beginAnswer() {
        hasWaited = false;
    }

    /**
     * Whether it was told of a wait since the answer began. If not, others read for it (of HTTP/2, or of a TLS implementation that reads
     * from the descriptor itself), and it will not be told.
     */
    boolean hasWaited() {
        return hasWaited;
    }

    /** To read into; the same each time. */
    byte[] piece() {
        if (piece == null) {
            piece = new byte[PIECE_BYTES];
        }
        return piece;
    }
}
