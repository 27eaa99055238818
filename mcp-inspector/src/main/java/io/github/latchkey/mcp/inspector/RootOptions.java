package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.AsyncHandlers;
import io.github.latchkey.mcp.ClientOptions;
import io.github.latchkey.mcp.Root;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Option;

/** The folders that a server is told to work in. */
final class RootOptions {
    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "Tell the server that it may work in this folder (MCP roots). May be given several times.")
    List<Path> folders = new ArrayList<>();

    /** Throws {@link UsageException} for what is no folder. */
    void check() {
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                throw new UsageException("--root " + folder + " is no folder", "name a folder that exists");
            }
        }
    }

    void declare(ClientOptions.Builder options) {
        if (folders.isEmpty()) return;
        List<Root> roots = folders.stream().map(RootOptions::root).toList();
        options.roots(AsyncHandlers.roots(() -> CompletableFuture.completedFuture(roots)));
    }

    private static Root root(Path folder) {
        Path path = folder.toAbsolutePath().normalize();
        Path name = path.getFileName();
        String uri = path.toUri().toString();
        // A folder that exists gets a slash at the end.
        boolean isCut = name != null && uri.endsWith("/");
        return new Root(isCut ? uri.substring(0, uri.length() - 1) : uri, name == null ? null : name.toString());
    }
}
