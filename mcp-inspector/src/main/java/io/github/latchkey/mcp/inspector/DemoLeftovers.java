package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.test.LeakCheck;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * What the connections of the demo left behind. The HTTP engine is not among it: a process has one for all its connections, whose
 * threads are daemons, and which keeps an idle connection for a few seconds in case the next request goes there, too.
 */
final class DemoLeftovers {
    private static final long WAIT_NANOS = 2_000_000_000;
    private static final long POLL_NANOS = 5_000_000;

    private final LeakCheck before;
    private final String idleConnection;

    /** Compares with now. */
    DemoLeftovers(int serverPort) {
        this.before = LeakCheck.snapshot();
        this.idleConnection = "-> port " + serverPort + " ";
    }

    /** What is left after a moment; usually nothing, and then at once. */
    List<String> await() {
        long start = System.nanoTime();
        List<String> left = find();
        while (!left.isEmpty() && System.nanoTime() - start < WAIT_NANOS) {
            LockSupport.parkNanos(POLL_NANOS);
            left = find();
        }
        return left;
    }

    private List<String> find() {
        return before.findLeft().stream().filter(line -> !isOfEngine(line)).toList();
    }

    private boolean isOfEngine(String line) {
        return line.startsWith("thread OkHttp")
                || line.startsWith("thread latchkey-okhttp")
                || (line.startsWith("socket") && line.contains(idleConnection));
    }
}
