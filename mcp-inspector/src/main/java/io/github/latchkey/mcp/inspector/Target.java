package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.clients.ServerConfig;
import io.github.latchkey.mcp.http.ConfiguredTransports;
import io.github.latchkey.mcp.transport.Transport;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What SERVER means: an address, with the headers of its file, or a process.
 *
 * @param process null for a server at an address
 */
record Target(
        @Nullable ServerAddress address,
        Map<String, String> headers,
        @Nullable Transport process) {
    static Target of(ServerArgument server, Invocation invocation) {
        List<String> command = invocation.command();
        if (server.isStdio()) {
            if (command.isEmpty()) {
                throw new UsageException(
                        "stdio: needs the command of the server",
                        "write it behind --, as in: stdio: -- npx some-server");
            }
            return process(new ServerConfig.Stdio("stdio", command, Map.of(), null));
        }
        if (!command.isEmpty()) {
            throw new UsageException("what stands behind -- is the command of a server", "name the server stdio:");
        }
        if (!server.isName()) return new Target(ServerAddress.parse(server.text()), Map.of(), null);
        ServerConfig found = new ServerFiles(invocation.console()).find(server.text());
        if (found instanceof ServerConfig.Stdio stdio) {
            Redaction redaction = invocation.console().redaction();
            stdio.getEnvironment().forEach(redaction::hideIfSensitive);
            return process(stdio);
        }
        ServerConfig.Http http = (ServerConfig.Http) found;
        try {
            return new Target(ServerAddress.parse(http.getUrl()), http.getHeaders(), null);
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "the URL of '" + server.text() + "' in its file: " + e.getMessage(), "correct the file");
        }
    }

    private static Target process(ServerConfig.Stdio server) {
        try {
            return new Target(null, Map.of(), ConfiguredTransports.of(server));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), "correct the command");
        }
    }

    /** For people: the URL, or the command. */
    String shown() {
        if (address != null) return address.url();
        return process == null ? "" : process.getEndpoint();
    }

    /** The address; throws {@link UsageException} for a process, which has none to sign in to. */
    ServerAddress requireAddress() {
        if (address != null) return address;
        throw new UsageException("a server that is started has no sign-in", "name one that has a URL");
    }
}
