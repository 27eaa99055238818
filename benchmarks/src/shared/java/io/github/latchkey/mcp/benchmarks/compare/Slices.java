package io.github.latchkey.mcp.benchmarks.compare;

import java.io.IOException;

/** A session in which calls are made by the slice. */
public final class Slices implements AutoCloseable {
    private final CpuTime cpuTime = new CpuTime();
    private final Client client;
    private final int inFlight;

    public Slices(String className, String url, int inFlight) throws Exception {
        this.client = new Clients(className, url).open("");
        this.inFlight = inFlight;
    }

    /** Makes so many calls, then collects garbage. */
    public Slice run(int calls) throws Exception {
        long before = cpuTime.ofProcess() - cpuTime.ofCompiler();
        Work work = new Work(0, calls);
        client.run(Kind.CALL, inFlight, work);
        long cpu = cpuTime.ofProcess() - cpuTime.ofCompiler() - before;
        System.gc();
        long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        return new Slice(cpu / 1e3 / calls, heap, work.failures() + work.tooSmall());
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    /**
     * What came of a slice.
     *
     * @param cpuMicros CPU time of the process for a call, without the compiler
     * @param heapBytes what is left after a collection
     * @param failures calls that failed, or brought less than they should
     */
    public record Slice(double cpuMicros, long heapBytes, long failures) {}
}
