package io.github.latchkey.mcp.benchmarks.compare.driver;

import io.github.latchkey.mcp.benchmarks.compare.Idle;
import io.github.latchkey.mcp.benchmarks.compare.Measure;
import io.github.latchkey.mcp.benchmarks.compare.Once;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All rounds: each test on each JDK, the clients of it one after the other, each in a process of its own. */
final class Rounds {
    /**
     * For all clients. One collector that stops the world: what it costs is in the process's CPU time, and nothing beside it. Buffers for
     * allocation are small, since on Java 17 what was allocated is known to within them.
     */
    private static final List<String> FLAGS = List.of(
            "-Xms512m",
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:-UseDynamicNumberOfCompilerThreads",
            "-XX:-ResizeTLAB",
            "-XX:TLABSize=256k");

    private final Options options;
    private final List<Jdk> jdks;
    private final ServerProcess server;
    private final Results results;

    Rounds(Options options, List<Jdk> jdks, ServerProcess server, Results results) {
        this.options = options;
        this.jdks = jdks;
        this.server = server;
        this.results = results;
    }

    static String flags() {
        return String.join(" ", FLAGS);
    }

    void run() throws IOException, InterruptedException {
        for (int round = 1; round <= options.rounds; round++) {
            for (Trial trial : options.trials) {
                for (Jdk jdk : jdks) {
                    run(round, trial, jdk);
                }
            }
        }
    }

    private void run(int round, Trial trial, Jdk jdk) throws IOException, InterruptedException {
        if (trial.way() == Trial.Way.CLI) {
            for (CliCommand command : CliCommand.values()) {
                add(round, trial, jdk, command.title(), cli(command, jdk));
            }
        }
        for (Contender contender : options.contenders) {
            if (trial.suits(contender)) {
                add(round, trial, jdk, contender.id(), measure(trial, contender, jdk));
            }
        }
    }

    private void add(int round, Trial trial, Jdk jdk, String subject, Map<String, Double> values) {
        System.err.printf("round %d, JDK %s, %s, %s: %s%n", round, jdk.version(), trial.id(), subject, brief(values));
        results.add(new Measurement(round, jdk.version(), trial, subject, values));
    }

    private static String brief(Map<String, Double> values) {
        List<String> figures = new ArrayList<>();
        for (Metric metric : List.of(Metric.CPU, Metric.P50, Metric.BYTES, Metric.HEAP, Metric.FAILED)) {
            if (values.containsKey(metric.field())) {
                figures.add(metric.field() + " " + Math.round(values.get(metric.field())));
            }
        }
        if (figures.isEmpty() && !values.isEmpty()) {
            figures.add(Math.round(values.get(Metric.WALL.field())) + " ms");
        }
        return values.isEmpty() ? "FAILED" : String.join(", ", figures);
    }

    private Map<String, Double> measure(Trial trial, Contender contender, Jdk jdk)
            throws IOException, InterruptedException {
        return switch (trial.way()) {
            case MEASURE ->
                java(
                        jdk,
                        contender,
                        Measure.class,
                        trial.task(),
                        server.port(),
                        server.controlPort(),
                        Double.toString(options.warmUp),
                        Double.toString(options.measure));
            case IDLE -> java(jdk, contender, Idle.class, server.port(), Integer.toString(options.idleSessions));
            case COLD -> medians(() -> java(jdk, contender, Once.class, server.port()));
            case CLI -> throw new IllegalArgumentException("not of a client");
        };
    }

    private Map<String, Double> cli(CliCommand command, Jdk jdk) throws IOException, InterruptedException {
        Map<String, String> environment = Map.of("JAVA_HOME", jdk.home().toString());
        return medians(() -> Child.run(environment, command.line("http://127.0.0.1:" + server.port() + "/json")));
    }

    private static Map<String, Double> java(Jdk jdk, Contender contender, Class<?> main, String... args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(jdk.java());
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", contender.classPath(), main.getName(), contender.className()));
        command.addAll(Arrays.asList(args));
        return Child.run(Map.of(), command);
    }

    /** Of several processes, since one alone says little. */
    private Map<String, Double> medians(OneProcess process) throws IOException, InterruptedException {
        List<Map<String, Double>> all = new ArrayList<>();
        for (int i = 0; i < options.processes; i++) {
            all.add(process.run());
        }
        Set<String> names = new LinkedHashSet<>();
        all.forEach(values -> names.addAll(values.keySet()));
        Map<String, Double> medians = new HashMap<>();
        for (String name : names) {
            medians.put(name, median(all, name));
        }
        return medians;
    }

    private static double median(List<Map<String, Double>> all, String name) {
        return Spread.of(all.stream()
                        .mapToDouble(values -> values.getOrDefault(name, Double.NaN))
                        .toArray())
                .median();
    }

    /** Runs a process. */
    private interface OneProcess {
        Map<String, Double> run() throws IOException, InterruptedException;
    }
}
