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

    Results(Path file) throws IOException {
        this.file = file;
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, "");
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
        List<Measurement> base = of(trial, jdk, Contender.JAVA_NET_HTTP.id());
        return Spread.of(of(trial, jdk, subject).stream()
                .mapToDouble(measurement -> measurement.value(metric) / inRound(base, measurement.round(), metric))
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
