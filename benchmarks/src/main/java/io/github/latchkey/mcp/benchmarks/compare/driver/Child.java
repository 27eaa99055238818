package io.github.latchkey.mcp.benchmarks.compare.driver;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A process that is run to its end: what it reported, how long it took, and its CPU time. */
public final class Child {
    private static final long LONGEST_SECONDS = 900;
    private static final String RESULT = "RESULT ";

    private static final AtomicReference<Process> RUNNING = new AtomicReference<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            Process process = RUNNING.get();
            if (process != null) {
                process.destroyForcibly();
            }
        }));
    }

    private Child() {}

    /**
     * What follows {@code RESULT} in the output, {@code wall_ms} until then (until the end, if it never comes), and
     * {@code process_cpu_ms}. Nothing if the process failed, which is told on standard error.
     */
    public static Map<String, Double> run(Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Path errors = Files.createTempFile("latchkey-compare", ".log");
        builder.redirectError(errors.toFile());
        double cpuBefore = cpuOfChildren();
        long start = System.nanoTime();
        Process process = builder.start();
        RUNNING.set(process);
        process.getOutputStream().close();
        Map<String, Double> values = read(process, start);
        boolean isWell = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        values.putIfAbsent(Metric.WALL.field(), millisSince(start));
        values.put(Metric.PROCESS_CPU.field(), cpuOfChildren() - cpuBefore);
        return end(process, errors, isWell, values);
    }

    private static Map<String, Double> end(Process process, Path errors, boolean isWell, Map<String, Double> values)
            throws IOException {
        process.destroyForcibly();
        String said = Files.readString(errors).strip();
        Files.delete(errors);
        if (!said.isEmpty()) {
            System.err.println(said.lines().limit(20).reduce("", (a, b) -> a + "    " + b + "\n"));
        }
        return isWell ? values : Map.of();
    }

    private static Map<String, Double> read(Process process, long start) throws IOException {
        Map<String, Double> values = new LinkedHashMap<>();
        Thread watch = killLater(process);
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(RESULT)) {
                    values.put(Metric.WALL.field(), millisSince(start));
                    parse(line.substring(RESULT.length()), values);
                }
            }
        } finally {
            watch.interrupt();
        }
        return values;
    }

    private static Thread killLater(Process process) {
        Thread watch = new Thread(() -> {
            try {
                Thread.sleep(TimeUnit.SECONDS.toMillis(LONGEST_SECONDS));
                process.destroyForcibly();
            } catch (InterruptedException e) {
                // It has ended by itself.
            }
        });
        watch.setDaemon(true);
        watch.start();
        return watch;
    }

    private static void parse(String line, Map<String, Double> values) {
        for (String pair : line.split(" ")) {
            int equals = pair.indexOf('=');
            values.put(pair.substring(0, equals), Double.valueOf(pair.substring(equals + 1)));
        }
    }

    private static double millisSince(long start) {
        return (System.nanoTime() - start) / 1e6;
    }

    /** Of those that have ended, in steps of ten milliseconds; NaN where there is no {@code /proc}. */
    private static double cpuOfChildren() throws IOException {
        Path stat = Path.of("/proc/self/stat");
        if (!Files.isReadable(stat)) {
            return Double.NaN;
        }
        String text = Files.readString(stat);
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) * 10.0;
    }
}
