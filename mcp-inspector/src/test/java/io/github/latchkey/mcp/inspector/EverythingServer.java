package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.test.ClosedPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** {@code @modelcontextprotocol/server-everything} of the version in {@code src/test/node}, run by Node on a free port. */
final class EverythingServer implements AutoCloseable {
    private static final String PROGRAM = "node_modules/@modelcontextprotocol/server-everything/dist/index.js";

    private final Process process;
    private final int port;
    private final String path;

    private EverythingServer(Process process, int port, String path) {
        this.process = process;
        this.port = port;
        this.path = path;
    }

    /** Speaks Streamable HTTP. Skips the test where the server cannot be had. */
    static EverythingServer start() throws IOException, InterruptedException {
        return start("streamableHttp", "/mcp");
    }

    /** Speaks HTTP+SSE and nothing else. */
    static EverythingServer startSse() throws IOException, InterruptedException {
        return start("sse", "/sse");
    }

    /** The command line of one that speaks stdio, in the folder of the packages. */
    static List<String> stdioCommand() {
        return List.of("node", PROGRAM, "stdio");
    }

    private static EverythingServer start(String transport, String path) throws IOException, InterruptedException {
        Path installed = NodePackages.install();
        int port = ClosedPort.find();
        ProcessBuilder builder = new ProcessBuilder("node", PROGRAM, transport)
                .directory(installed.toFile())
                .redirectErrorStream(true);
        builder.environment().put("PORT", Integer.toString(port));
        EverythingServer server = new EverythingServer(builder.start(), port, path);
        server.awaitListening();
        return server;
    }

    int port() {
        return port;
    }

    String url() {
        return "http://127.0.0.1:" + port + path;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** What it prints is read to the end, or it would wait for somebody to do so. */
    private void awaitListening() {
        CompletableFuture<String> listening = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            List<String> lines = new ArrayList<>();
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = output.readLine(); line != null; line = output.readLine()) {
                    lines.add(line);
                    if (line.contains("on port")) listening.complete(line);
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
}
