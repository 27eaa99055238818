package io.github.latchkey.mcp.benchmarks.growth;

import io.github.latchkey.mcp.benchmarks.compare.Measure;
import io.github.latchkey.mcp.benchmarks.compare.clients.LatchkeyFutures;
import io.github.latchkey.mcp.benchmarks.compare.driver.Child;
import io.github.latchkey.mcp.benchmarks.compare.driver.ClassPaths;
import io.github.latchkey.mcp.benchmarks.compare.driver.Jdk;
import io.github.latchkey.mcp.benchmarks.compare.driver.ServerProcess;
import io.github.latchkey.mcp.benchmarks.compare.driver.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code benchmarks/growth}: prints tables in Markdown, and draws them. */
public final class Growth {
    private static final int SLICES = 20;

    private final Plots plots;
    private final boolean isQuick;
    private final ServerProcess server;
    private final List<Jdk> jdks = new ArrayList<>();

    private Growth(Path folder, boolean isQuick, ServerProcess server) throws IOException {
        this.plots = new Plots(folder);
        this.isQuick = isQuick;
        this.server = server;
        for (String version : List.of("17", "25")) {
            Jdk.find(version).ifPresent(jdks::add);
        }
    }

    /** The folder for the drawings, then perhaps {@code --quick}. */
    public static void main(String[] args) throws Exception {
        boolean isQuick = Arrays.asList(args).contains("--quick");
        if (args.length > (isQuick ? 2 : 1)) {
            System.err.println("benchmarks/growth knows --quick, and nothing else");
            System.exit(2);
        }
        try (ServerProcess server = new ServerProcess()) {
            new Growth(Path.of(args[0]), isQuick, server).run();
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    private void run() throws IOException, InterruptedException {
        for (Series series : Series.values()) {
            run(series);
        }
        endure();
    }

    private void run(Series series) throws IOException, InterruptedException {
        Map<String, List<Plots.Point>> lines = new LinkedHashMap<>();
        for (Jdk jdk : jdks) {
            List<Plots.Point> points = new ArrayList<>();
            for (int size : series.sizes()) {
                points.add(new Plots.Point(size, micros(series, size, jdk)));
            }
            lines.put("JDK " + jdk.version(), points);
        }
        print(series.title(), series.unit(), "CPU", "%.2f µs", lines);
        plots.draw(series.id(), series.title(), new Plots.Axis(series.unit(), true), "CPU, µs", lines);
    }

    private double micros(Series series, int size, Jdk jdk) throws IOException, InterruptedException {
        Map<String, Double> values = measured(series, size, jdk);
        if (!(values.getOrDefault("size_per_call", 0.0) >= series.leastBrought(size)) || values.get("failed") > 0) {
            throw new IllegalStateException(series.id() + " " + size + ": calls failed, or brought too little");
        }
        double micros = values.get("cpu_ms_per_10k") / 10 / series.parts(size);
        System.err.printf("%s, %d, JDK %s: %.2f µs%n", series.id(), size, jdk.version(), micros);
        return micros;
    }

    private Map<String, Double> measured(Series series, int size, Jdk jdk) throws IOException, InterruptedException {
        String seconds = isQuick ? "0.3" : "1.5";
        return java(
                jdk, "512m", Measure.class, series.task(size), server.port(), server.controlPort(), seconds, seconds);
    }

    private void endure() throws IOException, InterruptedException {
        Map<String, List<Plots.Point>> cpu = new LinkedHashMap<>();
        Map<String, List<Plots.Point>> heap = new LinkedHashMap<>();
        int calls = isQuick ? 1_000 : 50_000;
        for (Jdk jdk : jdks) {
            Map<String, Double> values = java(
                    jdk, "128m", Endurance.class, server.port(), Integer.toString(SLICES), Integer.toString(calls));
            cpu.put("JDK " + jdk.version(), points(values, "cpu_", calls, 1));
            heap.put("JDK " + jdk.version(), points(values, "heap_", calls, 1e6));
            System.err.printf("failed calls, JDK %s: %s%n", jdk.version(), points(values, "failed_", calls, 1));
        }
        show("calls", "A small call, in a heap of 128 MB", "CPU", "µs", cpu);
        show("heap", "What the heap of 128 MB holds after a collection", "heap", "MB", heap);
    }

    private void show(String name, String title, String figure, String unit, Map<String, List<Plots.Point>> lines)
            throws IOException {
        print(title, "calls so far", figure, "%.2f " + unit, lines);
        plots.draw(name, title, new Plots.Axis("calls so far", false), figure + ", " + unit, lines);
    }

    private static List<Plots.Point> points(Map<String, Double> values, String name, int calls, double divisor) {
        List<Plots.Point> points = new ArrayList<>();
        for (int i = 1; i <= SLICES; i++) {
            points.add(new Plots.Point((double) i * calls, values.getOrDefault(name + i, Double.NaN) / divisor));
        }
        return points;
    }

    private static Map<String, Double> java(Jdk jdk, String heap, Class<?> main, String... args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                jdk.java(),
                "-Xms" + heap,
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-XX:-UseDynamicNumberOfCompilerThreads",
                "-cp",
                ClassPaths.of("benchmarks"),
                main.getName(),
                LatchkeyFutures.class.getName()));
        command.addAll(Arrays.asList(args));
        Map<String, Double> values = Child.run(Map.of(), command);
        if (values.isEmpty()) {
            throw new IllegalStateException(main.getSimpleName() + " failed");
        }
        return values;
    }

    private static void print(
            String title, String unit, String figure, String format, Map<String, List<Plots.Point>> lines) {
        System.out.printf("**%s**%n%n| %s |", title, unit);
        lines.keySet().forEach(line -> System.out.printf(" %s, %s |", figure, line));
        System.out.printf("%n|%s%n", " --- |".repeat(lines.size() + 1));
        List<Plots.Point> first = lines.values().iterator().next();
        for (int i = 0; i < first.size(); i++) {
            System.out.printf(Locale.ROOT, "| %,.0f |", first.get(i).x());
            for (List<Plots.Point> line : lines.values()) {
                System.out.printf(Locale.ROOT, " " + format + " |", line.get(i).y());
            }
            System.out.println();
        }
        System.out.println();
    }
}
