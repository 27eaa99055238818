package io.github.latchkey.mcp.interop;

import io.github.latchkey.mcp.McpClientFutures;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.http.StreamableHttpTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What a program on virtual threads does: it blocks, in every thread. Takes the URL of the reference server. */
final class VirtualThreadsProgram {
    private static final int CALLS = 200;

    private VirtualThreadsProgram() {}

    public static void main(String[] args) throws Exception {
        EverythingTour tour = new EverythingTour(args[0]);
        List<Runnable> parts = List.of(
                tour::listsAndPages,
                tour::callsTools,
                tour::readsFillsInAndCompletes,
                tour::answersWhatTheServerAsks,
                tour::hearsLogsAndChanges,
                tour::waitsForATask);
        // Compiled for Java 17, which has none.
        ExecutorService threads = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        try (McpSessionFutures session =
                McpClientFutures.connect(new StreamableHttpTransport(args[0])).join()) {
            List<Future<?>> running = new ArrayList<>();
            for (Runnable part : parts) running.add(threads.submit(part));
            for (int call = 0; call < CALLS; call++) {
                String message = "call " + call;
                running.add(threads.submit(() -> echo(session, message)));
            }
            for (Future<?> each : running) each.get();
        }
        threads.shutdown();
        System.out.println(
                "done on Java " + Runtime.version().feature() + ": " + parts.size() + " parts, " + CALLS + " calls");
        // The engine keeps idle connections for seconds.
        System.exit(0);
    }

    private static void echo(McpSessionFutures session, String message) {
        String text =
                session.callTool("echo", Map.of("message", message)).join().getText();
        if (!text.equals("Echo: " + message)) throw new AssertionError(text);
    }
}
