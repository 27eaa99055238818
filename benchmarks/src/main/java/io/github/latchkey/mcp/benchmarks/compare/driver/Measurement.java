package io.github.latchkey.mcp.benchmarks.compare.driver;

import java.util.Map;
import java.util.stream.Collectors;

/** What one process found, or was found of it; no values if it failed. */
record Measurement(int round, String jdk, Trial trial, String subject, Map<String, Double> values) {
    boolean isOf(Trial otherTrial, String otherJdk, String otherSubject) {
        return trial == otherTrial && jdk.equals(otherJdk) && subject.equals(otherSubject);
    }

    /** NaN if there is none. */
    double value(Metric metric) {
        return values.getOrDefault(metric.field(), Double.NaN);
    }

    /** One line of JSON. */
    String toJson() {
        String figures = values.entrySet().stream()
                .map(value -> ",\"" + value.getKey() + "\":" + number(value.getValue()))
                .collect(Collectors.joining());
        return "{\"round\":" + round + ",\"jdk\":\"" + jdk + "\",\"test\":\"" + trial.id() + "\",\"client\":\""
                + subject + "\"" + figures + "}";
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
