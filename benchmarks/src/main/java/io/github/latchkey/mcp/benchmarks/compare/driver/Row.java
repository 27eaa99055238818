package io.github.latchkey.mcp.benchmarks.compare.driver;

import java.util.function.DoubleFunction;

/** The figures of one subject in one test. */
record Row(Results results, Trial trial, Jdk jdk, String subject) {
    String ratio(Metric metric) {
        return Figures.of(results.ratios(trial, jdk.version(), subject, metric), Figures::ratio);
    }

    String spread(Metric metric, DoubleFunction<String> format) {
        return Figures.of(values(metric), format);
    }

    String median(Metric metric, DoubleFunction<String> format) {
        Spread spread = values(metric);
        return spread.isKnown() ? format.apply(spread.median()) : "—";
    }

    /** Calls that failed, or whose result had less in it than was sent; empty if there are none. */
    String incomplete() {
        double failed = values(Metric.FAILED).most();
        double tooSmall = values(Metric.TOO_SMALL).most();
        if (Double.isNaN(failed)) {
            return "did not run";
        }
        return failed + tooSmall == 0 ? "" : Figures.number(failed + tooSmall);
    }

    private Spread values(Metric metric) {
        return results.values(trial, jdk.version(), subject, metric);
    }
}
