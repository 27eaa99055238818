package io.github.latchkey.mcp.benchmarks.compare.driver;

import java.util.HashMap;
import java.util.LinkedHashMap;
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

    /** Of such a line. */
    static Measurement ofJson(String line) {
        Map<String, Double> values = new LinkedHashMap<>();
        Map<String, String> texts = new HashMap<>();
        for (String member : line.substring(1, line.length() - 1).split(",")) {
            int colon = member.indexOf(':');
            String name = member.substring(1, colon - 1);
            String value = member.substring(colon + 1);
            if (value.startsWith("\"")) {
                texts.put(name, value.substring(1, value.length() - 1));
            } else {
                values.put(name, Double.valueOf(value));
            }
        }
        int round = values.remove("round").intValue();
        return new Measurement(round, texts.get("jdk"), Trial.of(texts.get("test")), texts.get("client"), values);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
