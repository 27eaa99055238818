package io.github.latchkey.mcp.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Runs {@link VirtualThreadsProgram} on a Java that has virtual threads. */
final class VirtualThreads {
    private static final int WANTED = 25;

    private VirtualThreads() {}

    /** Skips the test, and says so, where there is no such Java: {@code JAVA25_HOME} names it, or it is where Linux has it. */
    static void run(String url) throws IOException, InterruptedException {
        Path java = find();
        Assumptions.assumeTrue(
                java != null, "virtual threads were not tried: no Java " + WANTED + "; JAVA25_HOME names one");
        Path output = Files.createTempFile("virtual-threads", ".log");
        Process process = new ProcessBuilder(
                        Objects.requireNonNull(java).toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        VirtualThreadsProgram.class.getName(),
                        url)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean isEnded = process.waitFor(90, TimeUnit.SECONDS);
        if (!isEnded) process.destroyForcibly();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertTrue(isEnded, "it did not end: " + text);
        assertEquals(0, process.exitValue(), text);
        assertTrue(text.contains("done on Java " + WANTED), text);
        Files.delete(output);
    }

    private static Path find() throws IOException {
        String home = System.getenv("JAVA25_HOME");
        if (home != null) return Path.of(home, "bin", "java");
        Path installed = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(installed)) return null;
        try (Stream<Path> homes = Files.list(installed)) {
            List<Path> found = homes.filter(
                            each -> each.getFileName().toString().contains("-" + WANTED))
                    .map(each -> each.resolve("bin/java"))
                    .filter(Files::isExecutable)
                    .sorted()
                    .toList();
            return found.isEmpty() ? null : found.get(0);
        }
    }
}
