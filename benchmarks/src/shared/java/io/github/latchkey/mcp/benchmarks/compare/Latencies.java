package io.github.latchkey.mcp.benchmarks.compare;

import java.util.concurrent.atomic.AtomicLongArray;

/** How long calls took, to within a hundredth, counted without allocating. */
final class Latencies {
    private static final int BITS = 7;
    private static final int STEPS = 1 << BITS;

    private final AtomicLongArray counts = new AtomicLongArray(STEPS * (Long.SIZE - BITS));

    void add(long nanos) {
        counts.incrementAndGet(index(Math.max(nanos, 0)));
    }

    long count() {
        long count = 0;
        for (int i = 0; i < counts.length(); i++) {
            count += counts.get(i);
        }
        return count;
    }

    /** In microseconds; 0 if there are none. */
    double quantile(double part) {
        long rank = Math.max(1, (long) Math.ceil(count() * part));
        long seen = 0;
        for (int i = 0; i < counts.length(); i++) {
            seen += counts.get(i);
            if (seen >= rank) {
                return value(i) / 1000.0;
            }
        }
        return 0;
    }

    private static int index(long nanos) {
        int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(nanos) - BITS);
        return shift * STEPS + (int) (nanos >>> shift);
    }

    /** The middle of the step. */
    private static double value(int index) {
        int shift = index / STEPS;
        return ((index % STEPS) + 0.5) * (1L << shift);
    }
}
