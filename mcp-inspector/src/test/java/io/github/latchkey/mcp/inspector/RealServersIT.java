package io.github.latchkey.mcp.inspector;

import static io.github.latchkey.mcp.inspector.LatchkeyProcess.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.ClientOptions;
import io.github.latchkey.mcp.EraMemory;
import io.github.latchkey.mcp.McpClientFutures;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.RequestOptions;
import io.github.latchkey.mcp.Tool;
import io.github.latchkey.mcp.http.HttpEngines;
import io.github.latchkey.mcp.http.HttpTransportOptions;
import io.github.latchkey.mcp.http.StreamableHttpTransport;
import io.github.latchkey.mcp.http.TlsOptions;
import io.github.latchkey.mcp.stdio.StdioOptions;
import io.github.latchkey.mcp.stdio.StdioTransport;
import io.github.latchkey.mcp.test.LeakCheck;
import io.github.latchkey.mcp.transport.Transport;
import io.ktor.client.engine.cio.CIO;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that we did not write, each over a transport that it has: the handshake, its tools, a call, and nothing left. */
class RealServersIT {
    /** OkHttp keeps threads for the process while they idle for a while. */
    private static final List<String> KEPT = List.of("thread Okio Watchdog", "thread OkHttp TaskRunner");

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private LeakCheck leaks;

    @SuppressWarnings("NullAway.Init")
    private Set<ProcessHandle> processes;

    @BeforeEach
    void look() {
        HttpEngines.closeAll();
        leaks = LeakCheck.snapshot();
        processes = children();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        HttpEngines.closeAll();
        for (int attempt = 0; attempt < 250 && !left().isEmpty(); attempt++) Thread.sleep(20);
        assertEquals(List.of(), left());
    }

    /** Threads, sockets and child processes, those of the servers among them. */
    private List<String> left() {
        Stream<String> here =
                leaks.findLeft().stream().filter(line -> KEPT.stream().noneMatch(line::startsWith));
        Stream<String> children = children().stream()
                .filter(child -> !processes.contains(child))
                .map(child -> "process " + child.info().commandLine().orElse(child.toString()));
        return Stream.concat(here, children).toList();
    }

    @Test
    void everythingOverStreamableHttp() throws Exception {
        try (EverythingServer server = EverythingServer.start()) {
            useEverything(new StreamableHttpTransport(server.url()));
        }
    }

    @Test
    void everythingOverStreamableHttpWithItsOwnStream() throws Exception {
        var options = new HttpTransportOptions.Builder().serverStream(true).build();
        try (EverythingServer server = EverythingServer.start()) {
            useEverything(new StreamableHttpTransport(server.url(), options));
        }
    }

    @Test
    void everythingOverStreamableHttpOnCio() throws Exception {
        var engine = CIO.INSTANCE.create(configuration -> kotlin.Unit.INSTANCE);
        var options = new HttpTransportOptions.Builder().engine(engine).build();
        try (EverythingServer server = EverythingServer.start()) {
            useEverything(new StreamableHttpTransport(server.url(), options));
        } finally {
            engine.close();
        }
    }

    @Test
    void everythingOverHttpAndSse() throws Exception {
        try (EverythingServer server = EverythingServer.startSse()) {
            useEverything(new StreamableHttpTransport(server.url()));
        }
    }

    @Test
    void everythingOverStdio() throws Exception {
        var options = new StdioOptions.Builder()
                .directory(NodePackages.install().toString())
                .build();
        useEverything(new StdioTransport(EverythingServer.stdioCommand(), options));
    }

    @Test
    void everythingBehindNginx() throws Exception {
        PrivateAuthority authority = PrivateAuthority.make(folder);
        var tls = new TlsOptions.Builder().trust(authority.certificate()).build();
        var options = new HttpTransportOptions.Builder().tls(tls).build();
        try (EverythingServer server = EverythingServer.start();
                NginxServer nginx = NginxServer.start(server.port(), folder)) {
            useEverything(new StreamableHttpTransport(nginx.url("/mcp"), options));
            var withStream = new HttpTransportOptions.Builder().tls(tls).serverStream(true);
            useEverything(new StreamableHttpTransport(nginx.url("/mcp"), withStream.build()));

            String ca = authority.certificate().toString();
            var run = LatchkeyProcess.run("call", nginx.url("/mcp"), "echo", "message=hello", "--ca", ca, "--json")
                    .endsWith(0);
            assertTrue(text(run.result(), "content").contains("\"Echo: hello\""), run.out());
            var untrusted =
                    LatchkeyProcess.run("connect", nginx.url("/mcp"), "--json").endsWith(5);
            assertEquals("tls", text(untrusted.error(), "code"));
        }
    }

    @Test
    void everythingOverHttpAndSseBehindNginx() throws Exception {
        PrivateAuthority authority = PrivateAuthority.make(folder);
        var tls = new TlsOptions.Builder().trust(authority.certificate()).build();
        var options = new HttpTransportOptions.Builder().tls(tls).build();
        try (EverythingServer server = EverythingServer.startSse();
                NginxServer nginx = NginxServer.start(server.port(), folder)) {
            useEverything(new StreamableHttpTransport(nginx.url("/sse"), options));
        }
    }

    /** {@code @eslint/mcp}, of the OpenJS Foundation. */
    @Test
    void eslintOverStdio() throws Exception {
        Path program = NodePackages.install().resolve("node_modules/@eslint/mcp/src/mcp-cli.js");
        Files.writeString(
                folder.resolve("eslint.config.js"), "module.exports = [{ rules: { \"no-var\": \"error\" } }];\n");
        Path file = Files.writeString(folder.resolve("old.js"), "var a = 1;\n");
        var options = new StdioOptions.Builder().directory(folder.toString()).build();
        List<String> command = List.of("node", program.toAbsolutePath().toString());
        try (McpSessionFutures session = connect(new StdioTransport(command, options))) {
            assertEquals("ESLint", serverName(session));
            assertEquals(Set.of("lint-files"), toolNames(session));
            var result = get(session.callTool("lint-files", Map.of("filePaths", List.of(file.toString()))));
            assertFalse(result.isError());
            assertTrue(result.getText().contains("Unexpected var, use let or const instead."), result.getText());
        }
    }

    /** {@code @playwright/mcp}, of Microsoft, without a browser: what it says of that is its answer. */
    @Test
    void playwrightOverStdio() throws Exception {
        Path program = NodePackages.install().resolve("node_modules/@playwright/mcp/cli.js");
        List<String> command = List.of(
                "node",
                program.toAbsolutePath().toString(),
                "--headless",
                "--isolated",
                "--executable-path",
                folder.resolve("no-browser").toString());
        var options = new StdioOptions.Builder().directory(folder.toString()).build();
        try (McpSessionFutures session = connect(new StdioTransport(command, options))) {
            assertEquals("Playwright", serverName(session));
            assertTrue(toolNames(session).contains("browser_navigate"));
            var result = get(session.callTool("browser_navigate", Map.of("url", "about:blank")));
            assertTrue(result.isError());
            assertTrue(result.getText().contains(folder.resolve("no-browser").toString()), result.getText());
        }
    }

    private void useEverything(Transport transport) throws Exception {
        try (McpSessionFutures session = connect(transport)) {
            assertEquals("2025-11-25", session.getProtocolVersion().getValue());
            assertEquals("mcp-servers/everything", serverName(session));
            assertTrue(toolNames(session).containsAll(List.of("echo", "get-sum", "trigger-long-running-operation")));
            assertEquals(
                    "Echo: héllo",
                    get(session.callTool("echo", Map.of("message", "héllo"))).getText());
            hearsProgress(session);
        }
    }

    /** Each step when it is done: nothing on the way may keep it until the end. */
    private static void hearsProgress(McpSessionFutures session) throws Exception {
        List<Double> steps = new CopyOnWriteArrayList<>();
        List<Long> times = new CopyOnWriteArrayList<>();
        var options = new RequestOptions.Builder()
                .onProgress(progress -> {
                    steps.add(progress.getProgress());
                    times.add(System.nanoTime());
                })
                .build();
        Map<String, Object> arguments = Map.of("duration", 1, "steps", 4);
        get(session.callTool("trigger-long-running-operation", arguments, options));
        assertEquals(List.of(1.0, 2.0, 3.0, 4.0), steps);
        long spread = TimeUnit.NANOSECONDS.toMillis(times.get(3) - times.get(0));
        assertTrue(spread > 375, () -> "four steps of 250 ms each arrived within " + spread + " ms");
    }

    private static McpSessionFutures connect(Transport transport) throws Exception {
        var options = new ClientOptions.Builder().eraMemory(new EraMemory()).build();
        return get(McpClientFutures.connect(transport, options));
    }

    private static String serverName(McpSessionFutures session) {
        return Objects.requireNonNull(session.getServer().getServerInfo()).getName();
    }

    private static Set<String> toolNames(McpSessionFutures session) throws Exception {
        return get(session.listTools()).stream().map(Tool::getName).collect(Collectors.toSet());
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    private static Set<ProcessHandle> children() {
        return ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .collect(Collectors.toSet());
    }
}
