package io.github.latchkey.mcp.benchmarks.compare;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** One of those that are compared. It has a constructor without parameters, and one session. */
public interface Client extends AutoCloseable {
    /** The tool that is called, and the member of its arguments. */
    String TOOL = "echo";

    String ARGUMENT = "text";

    /** Opens the session; the handshake is over when it returns. */
    void open(String url) throws Exception;

    /**
     * One call, and how much came of it: characters of text, notifications of progress heard, tools; bytes where the client does not
     * read what it gets.
     */
    long call(Kind kind) throws Exception;

    /** Has {@code inFlight} calls under way at once until the work is done: on threads, where the client knows no better. */
    default void run(Kind kind, int inFlight, Work work) throws Exception {
        if (inFlight == 1) {
            callWhile(kind, work);
            return;
        }
        CountDownLatch running = new CountDownLatch(inFlight);
        for (int i = 0; i < inFlight; i++) {
            new Thread(() -> {
                        callWhile(kind, work);
                        running.countDown();
                    })
                    .start();
        }
        running.await();
    }

    private void callWhile(Kind kind, Work work) {
        while (work.more()) {
            long start = System.nanoTime();
            try {
                work.took(start, call(kind), kind);
            } catch (Exception e) {
                work.failed(e);
            }
        }
    }

    @Override
    void close() throws IOException;
}
