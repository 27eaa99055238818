package io.github.latchkey.mcp.benchmarks.compare.server;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What the server knows about itself. */
final class Counters {
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    long connections;
    long requests;

    @Override
    public String toString() {
        return connections + " " + requests + " " + system.getProcessCpuTime() + "\n";
    }
}
