package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.clients.ServerConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code latchkey servers}: the servers that have a name here. */
@Command(
        name = "servers",
        description = {
            "Lists the servers that have a name here. It stands for SERVER in every command.",
            "Names are those in mcp.json, .mcp.json and .vscode/mcp.json of this folder, and in",
            "~/.config/latchkey/mcp.json."
        },
        footer = {"", "Examples:", "  latchkey servers", "  latchkey servers --names"})
final class ServersOperation extends Operation {
    @Option(names = "--names", description = "Print the names alone, one on a line.")
    boolean isNames;

    @Override
    Outcome run(Invocation invocation) {
        Map<String, ServerFiles.Found> servers = new ServerFiles(invocation.console()).all();
        List<Map<String, Object>> json = new ArrayList<>();
        Map<String, String> rows = new LinkedHashMap<>();
        servers.forEach((name, found) -> {
            json.add(Map.of(
                    "name",
                    name,
                    "kind",
                    kind(found.server()),
                    "where",
                    where(found.server()),
                    "file",
                    found.file().toString()));
            rows.put(name, where(found.server()) + "  (" + found.file() + ")");
        });
        if (isNames) return Outcome.ok(Map.of("servers", json), List.copyOf(servers.keySet()));
        Page page = new Page().heading(Text.count(servers.size(), "server")).things(rows);
        return Outcome.ok(Map.of("servers", json), page);
    }

    private static String kind(ServerConfig server) {
        return server instanceof ServerConfig.Http ? "http" : "stdio";
    }

    /** Without what may be a secret: a query, arguments. */
    private static String where(ServerConfig server) {
        if (server instanceof ServerConfig.Http http) return http.getUrl().split("[?#]", 2)[0];
        return ((ServerConfig.Stdio) server).getCommand().get(0);
    }
}
