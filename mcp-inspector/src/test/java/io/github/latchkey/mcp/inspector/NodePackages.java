package io.github.latchkey.mcp.inspector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The npm packages of {@code src/test/node}, installed below {@code target}, and what else a test needs from outside. */
final class NodePackages {
    private static final Path PACKAGES = Path.of("src", "test", "node");
    private static final Path INSTALLED = Path.of("target", "node");

    private NodePackages() {}

    /** The folder that they are in. Skips the test as {@link #unavailable} does where there is no Node, or no network for npm. */
    static synchronized Path install() throws IOException, InterruptedException {
        for (String program : List.of("node", "npm")) {
            if (!succeeds(Path.of("."), program, "--version")) unavailable(program + " does not run");
        }
        Path lock = INSTALLED.resolve("package-lock.json");
        Path marker = INSTALLED.resolve("installed");
        byte[] wanted = Files.readAllBytes(PACKAGES.resolve("package-lock.json"));
        if (Files.exists(marker) && Arrays.equals(wanted, Files.readAllBytes(lock))) return INSTALLED;
        Files.createDirectories(INSTALLED);
        Files.deleteIfExists(marker);
        Files.write(lock, wanted);
        Files.write(INSTALLED.resolve("package.json"), Files.readAllBytes(PACKAGES.resolve("package.json")));
        boolean isInstalled =
                succeeds(INSTALLED, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
        if (!isInstalled) unavailable("npm ci failed in " + INSTALLED + ", which needs the network once");
        Files.createFile(marker);
        return INSTALLED;
    }

    /** Skips the test, unless {@code latchkey.ci} is set: then that is a failure. */
    static void unavailable(String reason) {
        String message = "servers of others were not tried: " + reason;
        if (Boolean.getBoolean("latchkey.ci")) throw new AssertionError(message);
        Assumptions.abort(message);
    }

    static boolean succeeds(Path folder, String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
