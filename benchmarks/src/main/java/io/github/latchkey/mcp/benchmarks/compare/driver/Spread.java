package io.github.latchkey.mcp.benchmarks.compare.driver;

import java.util.Arrays;

/** The median of some values, and the smallest and largest; NaN if there are none. */
public record Spread(double median, double least, double most) {
    public static Spread of(double... values) {
        double[] sorted =
                Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
        if (sorted.length == 0) {
            return new Spread(Double.NaN, Double.NaN, Double.NaN);
        }
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    boolean isKnown() {
        return !Double.isNaN(median);
    }
}
