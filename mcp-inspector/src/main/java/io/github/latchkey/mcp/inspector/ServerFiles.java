package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.clients.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files in which servers have names, the nearest first: those of the folder, then that of the person. */
final class ServerFiles {
    private static final List<String> OF_FOLDER = List.of("mcp.json", ".mcp.json", ".vscode/mcp.json");

    /** A server, and the file that names it. */
    record Found(ServerConfig server, Path file) {}

    private final Console console;

    ServerFiles(Console console) {
        this.console = console;
    }

    /** By name; of two of one name the nearest. Throws {@link UsageException} if a file is broken. */
    Map<String, Found> all() {
        Map<String, Found> servers = new LinkedHashMap<>();
        for (Path file : files()) {
            if (!Files.isRegularFile(file)) continue;
            for (ServerConfig server : read(file)) servers.putIfAbsent(server.getName(), new Found(server, file));
        }
        return servers;
    }

    /** Throws {@link UsageException} if there is none of this name. */
    ServerConfig find(String name) {
        Map<String, Found> servers = all();
        Found found = servers.get(name);
        if (found != null) return found.server();
        String known = servers.isEmpty()
                ? "no mcp.json was found"
                : "'latchkey servers' lists the names that there are: " + String.join(", ", servers.keySet());
        throw new UsageException(
                "'" + name + "' is no URL, and no mcp.json names such a server",
                "write a URL in full, as in https://host/mcp; " + known);
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (String name : OF_FOLDER) files.add(Path.of(name));
        String config = console.environmentVariable("XDG_CONFIG_HOME");
        String home = console.environmentVariable("HOME");
        if (config != null) files.add(Path.of(config, "latchkey", "mcp.json"));
        else if (home != null) files.add(Path.of(home, ".config", "latchkey", "mcp.json"));
        return files;
    }

    private List<ServerConfig> read(Path file) {
        try {
            return ServerConfig.parse(Files.readString(file), console::environmentVariable);
        } catch (IOException e) {
            throw new UsageException("the file " + file + " cannot be read", "check who may read it");
        } catch (IllegalArgumentException e) {
            throw new UsageException("the file " + file + ": " + e.getMessage(), "correct the file");
        }
    }
}
