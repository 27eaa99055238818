package io.github.latchkey.mcp.benchmarks.compare.driver;

import java.util.List;

/** What a figure of Latchkey is not to exceed, on each JDK; a ratio to {@code java.net.http} in the same round, or the figure itself. */
record Target(Trial trial, Metric metric, boolean isRatio, double on17, double on25) {
    private static final double MEGABYTE = 1e6;

    static final List<Target> ALL = List.of(
            ratio(Trial.JSON, Metric.CPU, 1.8, 1.8),
            ratio(Trial.SSE, Metric.CPU, 1.7, 1.7),
            ratio(Trial.IN_FLIGHT_64, Metric.CPU, 1.0, 1.7),
            ratio(Trial.LARGE, Metric.CPU, 2.1, 2.1),
            figure(Trial.LARGE, Metric.BYTES, 5 * MEGABYTE),
            ratio(Trial.BOTH, Metric.CPU, 2.4, 2.4),
            ratio(Trial.PROGRESS, Metric.CPU, 4.0, 1.6),
            figure(Trial.PROGRESS, Metric.BYTES, 1.5 * MEGABYTE),
            ratio(Trial.TOOLS, Metric.CPU, 3.5, 3.5),
            figure(Trial.TOOLS, Metric.BYTES, 3.5 * MEGABYTE),
            ratio(Trial.CONNECT, Metric.P50, 1.5, 1.5),
            ratio(Trial.REFUSED, Metric.P50, 1.0, 1.0),
            figure(Trial.IDLE, Metric.HEAP, 10_000),
            figure(Trial.IDLE, Metric.THREADS, 0.1),
            ratio(Trial.COLD, Metric.WALL, 1.5, 1.5));

    double on(Jdk jdk) {
        return jdk.version().equals("17") ? on17 : on25;
    }

    Spread of(Results results, Jdk jdk, Contender contender) {
        return isRatio
                ? results.ratios(trial, jdk.version(), contender.id(), metric)
                : results.values(trial, jdk.version(), contender.id(), metric);
    }

    private static Target ratio(Trial trial, Metric metric, double on17, double on25) {
        return new Target(trial, metric, true, on17, on25);
    }

    private static Target figure(Trial trial, Metric metric, double most) {
        return new Target(trial, metric, false, most, most);
    }
}
