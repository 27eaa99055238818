package io.github.latchkey.mcp.http;

import io.github.latchkey.mcp.clients.ServerConfig;
import io.github.latchkey.mcp.stdio.StdioOptions;
import io.github.latchkey.mcp.stdio.StdioTransport;
import io.github.latchkey.mcp.transport.Transport;
import java.util.function.Consumer;

/** Transports to the servers of an {@code mcp.json}. */
public final class ConfiguredTransports {
    private ConfiguredTransports() {}

    /** A transport to the server that {@code config} names. Throws {@link IllegalArgumentException} if its URL or a header cannot be used. */
    public static Transport of(ServerConfig config) {
        return of(config, options -> {});
    }

    /**
     * The same, with {@code http} setting what the file does not, such as an authorizer, where the server is reached by HTTP. Headers of the
     * file are set before.
     */
    public static Transport of(ServerConfig config, Consumer<HttpTransportOptions.Builder> http) {
        if (config instanceof ServerConfig.Stdio) return stdio((ServerConfig.Stdio) config);
        ServerConfig.Http server = (ServerConfig.Http) config;
        HttpTransportOptions.Builder options = new HttpTransportOptions.Builder();
        server.getHeaders().forEach(options::header);
        http.accept(options);
        return new StreamableHttpTransport(server.getUrl(), options.build());
    }

    private static Transport stdio(ServerConfig.Stdio server) {
        StdioOptions.Builder options = new StdioOptions.Builder();
        server.getEnvironment().forEach(options::environment);
        String directory = server.getDirectory();
        if (directory != null) options.directory(directory);
        return new StdioTransport(server.getCommand(), options.build());
    }
}
