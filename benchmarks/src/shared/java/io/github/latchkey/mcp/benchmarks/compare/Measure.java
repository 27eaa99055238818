package io.github.latchkey.mcp.benchmarks.compare;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Measures one client in one test, in a process of its own, and prints what it found: {@code RESULT}, then names and values. */
public final class Measure {
    private final CpuTime cpuTime = new CpuTime();
    private final Allocations allocations = Allocations.ofThisJvm();
    private final Map<String, Object> result = new LinkedHashMap<>();
    private final Task task;
    private final Control control;

    private Measure(Task task, Control control) {
        this.task = task;
        this.control = control;
    }

    /** The class of the client, the task (see {@link Task#of}), the ports of the server, and the seconds of warm-up and measurement. */
    public static void main(String[] args) throws Exception {
        Clients clients = new Clients(args[0], "http://127.0.0.1:" + args[2]);
        try (Control control = new Control(Integer.parseInt(args[3]));
                Task task = Task.of(args[1], clients)) {
            new Measure(task, control).measure(Double.parseDouble(args[4]), Double.parseDouble(args[5]));
        }
        System.exit(0);
    }

    private void measure(double warmUp, double measured) throws Exception {
        new WarmUp(task).run(warmUp);
        measureFor(measured);
        StringBuilder line = new StringBuilder("RESULT");
        result.forEach(
                (name, value) -> line.append(' ').append(name).append('=').append(value));
        System.out.println(line);
    }

    private void measureFor(double seconds) throws Exception {
        allocations.start();
        Control.Counts before = control.counts();
        Work work = new Work((long) (seconds * 1e9), task.leastCalls());
        long compiler = cpuTime.ofCompiler();
        long cpu = cpuTime.ofProcess();
        long start = System.nanoTime();
        task.run(work);
        long nanos = System.nanoTime() - start;
        cpu = cpuTime.ofProcess() - cpu;
        compiler = cpuTime.ofCompiler() - compiler;
        long allocated = allocations.stop();
        Control.Counts server = control.counts().minus(before);
        reportTimes(work, nanos, cpu, compiler);
        report(work, allocated, server);
    }

    /** The compiler's part is told apart: it is that of a client which has not run for long. */
    private void reportTimes(Work work, long nanos, long cpu, long compiler) {
        long calls = work.latencies().count();
        result.put("calls", calls);
        put("seconds", nanos / 1e9);
        put("p50_us", work.latencies().quantile(0.5));
        put("p99_us", work.latencies().quantile(0.99));
        put("calls_per_s", calls / (nanos / 1e9));
        put("cpu_ms_per_10k", perCall(cpu - compiler, calls) / 100);
        put("compiler_ms_per_10k", perCall(compiler, calls) / 100);
    }

    private void report(Work work, long allocated, Control.Counts server) {
        long calls = work.latencies().count();
        put("size_per_call", perCall(work.size(), calls));
        put("bytes_per_call", perCall(allocated, calls));
        result.put("connections", server.connections());
        put("requests_per_call", perCall(server.requests(), calls));
        put("server_cpu_ms_per_10k", perCall(server.cpuNanos(), calls) / 100);
        result.put("failed", work.failures());
        result.put("too_small", work.tooSmall());
        if (work.firstFailure() != null) {
            work.firstFailure().printStackTrace();
        }
    }

    private static double perCall(long value, long calls) {
        return calls == 0 ? 0 : (double) value / calls;
    }

    private void put(String name, double value) {
        result.put(name, String.format(Locale.ROOT, "%.3f", value));
    }
}
