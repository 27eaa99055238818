package io.github.latchkey.mcp.benchmarks.compare;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** CPU time of this process: of all of it, and of the compiler of the JVM. */
final class CpuTime {
    private static final Path THREADS = Path.of("/proc/self/task");

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** In nanoseconds. */
    long ofProcess() {
        return system.getProcessCpuTime();
    }

    /** In nanoseconds; 0 where there is no {@code /proc}. Compiler threads must not end, or what they did is forgotten. */
    long ofCompiler() throws IOException {
        if (!Files.isDirectory(THREADS)) {
            return 0;
        }
        long nanos = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            for (Path thread : threads) {
                nanos += ofCompiler(thread);
            }
        }
        return nanos;
    }

    private static long ofCompiler(Path thread) {
        try {
            boolean isCompiler = Files.readString(thread.resolve("comm")).matches("C[12] CompilerThre.*\\s*");
            return isCompiler
                    ? Long.parseLong(
                            Files.readString(thread.resolve("schedstat")).split(" ")[0])
                    : 0;
        } catch (IOException e) {
            // A thread that has just ended, and was none of the compiler's.
            return 0;
        }
    }
}
