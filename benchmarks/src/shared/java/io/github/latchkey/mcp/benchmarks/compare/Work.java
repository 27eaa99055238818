package io.github.latchkey.mcp.benchmarks.compare;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Calls are made until a time has passed; what they took is kept. */
public final class Work {
    private final Latencies latencies = new Latencies();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong tooSmall = new AtomicLong();
    private final AtomicReference<Throwable> firstFailure = new AtomicReference<>();
    private final AtomicLong started = new AtomicLong();
    private final AtomicLong size = new AtomicLong();
    private final long leastCalls;
    private final long end;

    Work(long nanos, long leastCalls) {
        this.leastCalls = leastCalls;
        this.end = System.nanoTime() + nanos;
    }

    /** Whether one more call is to be made, which the caller then makes. */
    public boolean more() {
        if (System.nanoTime() < end || started.get() < leastCalls) {
            started.incrementAndGet();
            return true;
        }
        return false;
    }

    public void took(long startNanos, long size, Kind kind) {
        latencies.add(System.nanoTime() - startNanos);
        this.size.addAndGet(size);
        if (size < kind.leastSize()) {
            tooSmall.incrementAndGet();
        }
    }

    public void failed(Throwable failure) {
        failures.incrementAndGet();
        firstFailure.compareAndSet(null, failure);
    }

    /** What took as long as {@code nanos}, where the client has measured it itself. */
    void took(long nanos) {
        latencies.add(nanos);
    }

    Latencies latencies() {
        return latencies;
    }

    /** Of all calls; in what, says {@link Client#call}. */
    long size() {
        return size.get();
    }

    long failures() {
        return failures.get();
    }

    long tooSmall() {
        return tooSmall.get();
    }

    Throwable firstFailure() {
        return firstFailure.get();
    }
}
