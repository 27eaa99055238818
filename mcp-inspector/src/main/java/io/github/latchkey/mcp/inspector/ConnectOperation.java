package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.Implementation;
import io.github.latchkey.mcp.ListCapability;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.ResourcesCapability;
import io.github.latchkey.mcp.ServerCapabilities;
import io.github.latchkey.mcp.ServerDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code latchkey connect}: the handshake, and no more. */
@Command(
        name = "connect",
        description = "Connects, and says what the server is and how long it took.",
        footer = {
            "",
            "Examples:",
            "  latchkey connect everything",
            "  latchkey connect https://mcp.example.com/mcp --timeout 5s --json",
            "  latchkey connect https://mcp.example.com/mcp --bearer env:TOKEN --protocol 2025-11-25",
            "  latchkey connect stdio: -- npx -y @modelcontextprotocol/server-everything"
        })
final class ConnectOperation extends SessionOperation {
    @Override
    Outcome use(McpSessionFutures session, SessionReport report, Invocation invocation) {
        ServerDescription server = session.getServer();
        Map<String, Object> result =
                new LinkedHashMap<>(RawJson.parse(server.toJson()).toObject());
        result.put("signIn", report.signIn());
        result.put("timings", report.timings());
        return Outcome.ok(result, page(server, report));
    }

    private Page page(ServerDescription server, SessionReport report) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("server", name(server.getServerInfo()));
        rows.put("revision", server.getProtocolVersion().getValue());
        rows.put("offers", offers(server.getCapabilities()));
        rows.put("signed in", report.signInText());
        String instructions = server.getInstructions();
        if (instructions != null)
            rows.put("instructions", Text.firstLine(instructions, 80) + " (all of it with --json)");
        String heading = "connected to " + address() + " in " + Text.millis(report.connectMillis());
        return new Page().heading(heading).rows(rows, Map.of("server", Ink.NAME));
    }

    private static String name(@Nullable Implementation server) {
        if (server == null) return "does not say who it is";
        String title = server.getTitle() == null ? "" : " (" + server.getTitle() + ")";
        return server.getName() + " " + server.getVersion() + title;
    }

    private static String offers(ServerCapabilities capabilities) {
        List<String> offers = new ArrayList<>();
        add(offers, "tools", capabilities.getTools());
        ResourcesCapability resources = capabilities.getResources();
        if (resources != null) offers.add("resources" + (resources.getSubscribe() ? " (can be subscribed to)" : ""));
        add(offers, "prompts", capabilities.getPrompts());
        add(offers, "completions", capabilities.getCompletions());
        add(offers, "logging", capabilities.getLogging());
        add(offers, "tasks", capabilities.getTasks());
        offers.addAll(capabilities.getExtensions().keySet());
        return offers.isEmpty() ? "nothing" : String.join(", ", offers);
    }

    private static void add(List<String> offers, String name, @Nullable Object capability) {
        if (capability == null) return;
        boolean changes = capability instanceof ListCapability list && list.getListChanged();
        offers.add(changes ? name + " (may change)" : name);
    }
}
