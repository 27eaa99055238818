package io.github.latchkey.mcp.benchmarks.compare.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** What was measured so far, kept in a file line by line as it comes. */
final class Results {
    private final List<Measurement> all = new ArrayList<>();
    private final Path file;

    private Results(Path file) {
        this.file = file;
    }

    /** None yet. */
    static Results to(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, "");
        return new Results(file);
    }

    /** Those of an earlier run. */
    static Results from(Path file) throws IOException {
        Results results = new Results(file);
        for (String line : Files.readAllLines(file)) {
            results.all.add(Measurement.ofJson(line));
        }
        return results;
    }

    void add(Measurement measurement) {
        all.add(measurement);
        try {
            Files.writeString(file, measurement.toJson() + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of all rounds. */
    Spread values(Trial trial, String jdk, String subject, Metric metric) {
        return Spread.of(of(trial, jdk, subject).stream()
                .mapToDouble(measurement -> measurement.value(metric))
                .toArray());
    }

    /** What the subject has in each round, divided by what {@code java.net.http} has in the same round. */
    Spread ratios(Trial trial, String jdk, String subject, Metric metric) {
        return ratios(trial, jdk, subject, Contender.JAVA_NET_HTTP.id(), metric);
    }

    /** What one subject has in each round, divided by what the other has in the same round. */
    Spread ratios(Trial trial, String jdk, String subject, String base, Metric metric) {
        List<Measurement> bases = of(trial, jdk, base);
        return Spread.of(of(trial, jdk, subject).stream()
                .mapToDouble(measurement -> measurement.value(metric) / inRound(bases, measurement.round(), metric))
                .toArray());
    }

    private List<Measurement> of(Trial trial, String jdk, String subject) {
        return all.stream()
                .filter(measurement -> measurement.isOf(trial, jdk, subject))
                .toList();
    }

    private static double inRound(List<Measurement> base, int round, Metric metric) {
        return base.stream()
                .filter(measurement -> measurement.round() == round)
                .mapToDouble(measurement -> measurement.value(metric))
                .findFirst()
                .orElse(Double.NaN);
    }
}
