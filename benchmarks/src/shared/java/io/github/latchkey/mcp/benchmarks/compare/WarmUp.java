package io.github.latchkey.mcp.benchmarks.compare;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/** Runs a task until the compiler of the JVM has little left to do, whose CPU time would count as the client's. */
final class WarmUp {
    private static final double PIECE_SECONDS = 0.5;
    private static final double QUIET = 0.04;
    private static final double LONGEST = 4;

    private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    private final Task task;

    WarmUp(Task task) {
        this.task = task;
    }

    /** For as long as that, and up to four times as long while the compiler takes more than a twenty-fifth of the time. */
    void run(double seconds) throws Exception {
        long start = System.nanoTime();
        double compiling = 1;
        double elapsed = 0;
        while (elapsed < seconds || (compiling > QUIET && elapsed < seconds * LONGEST)) {
            compiling = compilingIn(Math.min(PIECE_SECONDS, seconds));
            elapsed = (System.nanoTime() - start) / 1e9;
        }
    }

    private double compilingIn(double seconds) throws Exception {
        long start = System.nanoTime();
        long before = compiler.getTotalCompilationTime();
        task.run(new Work((long) (seconds * 1e9), 1));
        return (compiler.getTotalCompilationTime() - before) / ((System.nanoTime() - start) / 1e6);
    }
}
