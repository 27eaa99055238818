package io.github.latchkey.mcp.benchmarks.compare;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/** Runs a task until the compiler of the JVM has little left to do, whose CPU time would count as the client's. */
final class WarmUp {
    private static final double PIECE_SECONDS = 0.5;
    private static final double QUIET = 0.04;

    /** In a row, as the time of a compilation counts when it ends. */
    private static final int QUIET_PIECES = 3;

    private static final double LONGEST = 4;

    private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    private final Task task;

    WarmUp(Task task) {
        this.task = task;
    }

    /** For as long as that, and up to four times as long until the compiler has taken no more than a twenty-fifth of the time for a while. */
    void run(double seconds) throws Exception {
        long start = System.nanoTime();
        int quietPieces = 0;
        double elapsed = 0;
        while (elapsed < seconds || (quietPieces < QUIET_PIECES && elapsed < seconds * LONGEST)) {
            boolean isQuiet = compilingIn(Math.min(PIECE_SECONDS, seconds)) <= QUIET;
            quietPieces = isQuiet ? quietPieces + 1 : 0;
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
