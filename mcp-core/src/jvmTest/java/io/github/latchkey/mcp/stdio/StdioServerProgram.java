package io.github.latchkey.mcp.stdio;

import static java.util.Objects.requireNonNull;

import io.github.latchkey.mcp.JsonRpcMessage;
import io.github.latchkey.mcp.JsonRpcNotification;
import io.github.latchkey.mcp.JsonRpcRequest;
import io.github.latchkey.mcp.RawJson;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** An MCP server on standard input and output whose manners, good and bad, are its arguments. */
public final class StdioServerProgram {
    private final List<String> manners;
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private StdioServerProgram(List<String> manners) {
        this.manners = manners;
    }

    public static void main(String[] args) throws Exception {
        new StdioServerProgram(List.of(args)).run();
    }

    private void run() throws Exception {
        if (has("stubborn")) {
            Runtime.getRuntime().addShutdownHook(new Thread(StdioServerProgram::sleepForEver));
        }
        if (has("grandchild")) {
            Process grandchild = new ProcessBuilder("sleep", "300").start();
            System.err.println("grandchild " + grandchild.pid());
        }
        if (has("chatty")) {
            out.println("Server listening on stdio");
            out.println();
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = in.readLine()) != null) {
            answer(JsonRpcMessage.parse(line));
        }
        if (has("stubborn")) {
            sleepForEver();
        }
    }

    private void answer(JsonRpcMessage message) throws Exception {
        if (message instanceof JsonRpcNotification notification) {
            note(notification.encode());
        } else if (message instanceof JsonRpcRequest request) {
            switch (request.getMethod()) {
                case "server/discover" -> discover(request);
                case "initialize" ->
                    reply(
                            request,
                            "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},\"serverInfo\":{\"name\":\"old\",\"version\":\"1\"}}");
                case "ping" -> reply(request, "{}");
                case "tools/list" ->
                    reply(
                            request,
                            "{\"tools\":[{\"name\":\""
                                    + String.join(",", System.getenv().keySet()) + "\",\"inputSchema\":{}}]}");
                case "tools/call" -> call(request);
                default -> refuse(request);
            }
        }
    }

    private void discover(JsonRpcRequest request) {
        if (has("modern")) {
            reply(request, "{\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{}}");
        } else if (has("exit-on-probe")) {
            System.err.println("Fatal: request before initialize");
            System.exit(3);
        } else if (!has("silent-on-probe")) {
            refuse(request);
        }
    }

    private void call(JsonRpcRequest request) throws Exception {
        RawJson params = requireNonNull(request.getParams());
        switch (String.valueOf(requireNonNull(params.toObject()).get("name"))) {
            case "\"progress\"" -> {
                for (int i = 1; i <= 3; i++) {
                    out.println(
                            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                                    + request.getId() + ",\"progress\":" + i + "}}");
                }
                reply(request, "{\"content\":[]}");
            }
            case "\"crash\"" -> {
                System.err.println("token=abc: out of cheese");
                System.exit(7);
            }
            case "\"hang\"" -> {}
            case "\"huge\"" ->
                reply(request, "{\"content\":[{\"type\":\"text\",\"text\":\"" + "x".repeat(3_000_000) + "\"}]}");
            case "\"ping-me\"" -> {
                out.println("{\"jsonrpc\":\"2.0\",\"id\":\"s1\",\"method\":\"ping\"}");
                reply(request, "{\"content\":[]}");
            }
            case "\"where\"" ->
                reply(
                        request,
                        "{\"content\":[{\"type\":\"text\",\"text\":\"" + new File("").getAbsolutePath() + "\"}]}");
            default -> refuse(request);
        }
    }

    /** Notifications and answers of the client go to a file, for the test to read. */
    private void note(String text) throws IOException {
        String file = System.getenv("NOTES");
        if (file != null) {
            try (FileWriter writer = new FileWriter(file, StandardCharsets.UTF_8, true)) {
                writer.write(text + "\n");
            }
        }
    }

    private void reply(JsonRpcRequest request, String result) {
        out.println("{\"jsonrpc\":\"2.0\",\"id\":" + request.getId() + ",\"result\":" + result + "}");
    }

    private void refuse(JsonRpcRequest request) {
        out.println(
                "{\"jsonrpc\":\"2.0\",\"id\":" + request.getId() + ",\"error\":{\"code\":-32601,\"message\":\"no\"}}");
    }

    private boolean has(String manner) {
        return manners.contains(manner);
    }

    private static void sleepForEver() {
        try {
            Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
