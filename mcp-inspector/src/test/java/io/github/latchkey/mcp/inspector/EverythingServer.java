package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.test.ClosedPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** {@code @modelcontextprotocol/server-everything} of the version in {@code src/test/node}, run by Node on a free port. */
final class EverythingServer implements AutoCloseable {
    private static final Path PACKAGES = Path.of("src", "test", "node");
    private static final Path INSTALLED = Path.of("target", "node");
    private static final String PROGRAM = "node_modules/@modelcontextprotocol/server-everything/dist/index.js";

    private final Process process;
    private final int port;

    private EverythingServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Skips the test where the server cannot be had, unless {@code latchkey.ci} is set: then that is a failure. */
    static EverythingServer start() throws IOException, InterruptedException {
        for (String program : List.of("node", "npm")) {
            if (!succeeds(Path.of("."), program, "--version")) unavailable(program + " does not run");
        }
        install();
        int port = ClosedPort.find();
        ProcessBuilder builder = new ProcessBuilder("node", PROGRAM, "streamableHttp")
                .directory(INSTALLED.toFile())
                .redirectErrorStream(true);
        builder.environment().put("PORT", Integer.toString(port));
        EverythingServer server = new EverythingServer(builder.start(), port);
        server.awaitListening();
        return server;
    }

    String url() {
        return "http://127.0.0.1:" + port + "/mcp";
    }

    @Override
    public void close() {
        process.destroy();
    }

    /** What it prints is read to the end, or it would wait for somebody to do so. */
    private void awaitListening() {
        CompletableFuture<String> listening = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            List<String> lines = new ArrayList<>();
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = output.readLine(); line != null; line = output.readLine()) {
                    lines.add(line);
                    if (line.contains("listening on port")) listening.complete(line);
                }
            } catch (IOException e) {
                lines.add(e.toString());
            }
            listening.completeExceptionally(new IllegalStateException("the server ended: " + lines));
        });
        reader.setDaemon(true);
        reader.start();
        listening.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static void install() throws IOException, InterruptedException {
        Path lock = INSTALLED.resolve("package-lock.json");
        Path marker = INSTALLED.resolve("installed");
        byte[] wanted = Files.readAllBytes(PACKAGES.resolve("package-lock.json"));
        if (Files.exists(marker) && Arrays.equals(wanted, Files.readAllBytes(lock))) return;
        Files.createDirectories(INSTALLED);
        Files.write(lock, wanted);
        Files.write(INSTALLED.resolve("package.json"), Files.readAllBytes(PACKAGES.resolve("package.json")));
        boolean isInstalled =
                succeeds(INSTALLED, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
        if (!isInstalled) unavailable("npm ci failed in " + INSTALLED + ", which needs the network once");
        Files.createFile(marker);
    }

    private static void unavailable(String reason) {
        String message = "the server of the MCP project was not tried: " + reason;
        if (Boolean.getBoolean("latchkey.ci")) throw new AssertionError(message);
        Assumptions.abort(message);
    }

    private static boolean succeeds(Path folder, String... command) throws InterruptedException {
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
