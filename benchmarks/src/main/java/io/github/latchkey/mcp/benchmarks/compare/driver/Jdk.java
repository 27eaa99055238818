package io.github.latchkey.mcp.benchmarks.compare.driver;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A JDK that clients run on. */
public record Jdk(String version, Path home) {
    private static final Path INSTALLED = Path.of("/usr/lib/jvm");

    /** That of {@code JAVA17_HOME}, that of this process if it is the one, or an installed one. */
    public static Optional<Jdk> find(String version) throws IOException {
        String home = System.getenv("JAVA" + version + "_HOME");
        if (home != null) {
            return Optional.of(new Jdk(version, Path.of(home)));
        }
        if (Integer.toString(Runtime.version().feature()).equals(version)) {
            return Optional.of(new Jdk(version, Path.of(System.getProperty("java.home"))));
        }
        return installed(version);
    }

    private static Optional<Jdk> installed(String version) throws IOException {
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> homes = Files.newDirectoryStream(INSTALLED, "{temurin,java}-" + version + "-*")) {
            for (Path home : homes) {
                if (Files.isExecutable(home.resolve("bin/java"))) {
                    return Optional.of(new Jdk(version, home));
                }
            }
        }
        return Optional.empty();
    }

    public String java() {
        return home.resolve("bin/java").toString();
    }
}
