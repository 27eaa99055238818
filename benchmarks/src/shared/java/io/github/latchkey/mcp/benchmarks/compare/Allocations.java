package io.github.latchkey.mcp.benchmarks.compare;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Method;

/** How many bytes all threads have allocated, those that have ended included. */
interface Allocations {
    /** Begins to count, with an empty young generation. */
    void start();

    /** What was allocated since the start. */
    long stop();

    /** What the JVM counts, since Java 21; before that, what the garbage collections see. */
    static Allocations ofThisJvm() {
        String way = System.getProperty("compare.allocations", "");
        try {
            Method total = com.sun.management.ThreadMXBean.class.getMethod("getTotalThreadAllocatedBytes");
            return way.equals("gc") ? new CollectedBytes() : new CountedBytes(total);
        } catch (NoSuchMethodException e) {
            return new CollectedBytes();
        }
    }

    /** {@code getTotalThreadAllocatedBytes}, by reflection since we compile for Java 17. */
    final class CountedBytes implements Allocations {
        private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        private final Method total;
        private long before;

        CountedBytes(Method total) {
            this.total = total;
        }

        @Override
        public void start() {
            System.gc();
            before = count();
        }

        @Override
        public long stop() {
            return count() - before;
        }

        private long count() {
            try {
                return (long) total.invoke(threads);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
