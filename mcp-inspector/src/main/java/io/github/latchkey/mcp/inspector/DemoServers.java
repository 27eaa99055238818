package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.test.AuthorizationServer;
import io.github.latchkey.mcp.test.AuthorizationServer.Endpoint;
import io.github.latchkey.mcp.test.ProtectedMcpServer;
import io.github.latchkey.mcp.test.RecordedRequest;
import io.github.latchkey.mcp.test.SampleTools;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import io.github.latchkey.mcp.test.TokenInfo;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the demo connects to: an MCP server with a few tools and the authorization server that protects it, on a port of 127.0.0.1. */
final class DemoServers implements AutoCloseable {
    private final ProtectedMcpServer servers;
    private final String readingToken;

    private DemoServers(ProtectedMcpServer servers, String readingToken) {
        this.servers = servers;
        this.readingToken = readingToken;
    }

    static DemoServers start() {
        AuthorizationServer authorizationServer = AuthorizationServer.builder().build();
        ScriptedMcpServer server = SampleTools.addTo(
                        ScriptedMcpServer.builder().serverInfo("demo-server", Version.text()))
                .build();
        String readingToken = UUID.randomUUID().toString();
        TokenInfo reading = new TokenInfo("demo", List.of(SampleTools.READ_SCOPE), List.of());
        return new DemoServers(
                ProtectedMcpServer.start(
                        server,
                        authorizationServer,
                        protection -> SampleTools.protect(protection)
                                .introspector(token ->
                                        token.equals(readingToken) ? reading : authorizationServer.introspect(token))),
                readingToken);
    }

    String url() {
        return servers.url();
    }

    /** A token that the server takes, for reading only. */
    String readingToken() {
        return readingToken;
    }

    /** Where both servers are. */
    String origin() {
        return servers.issuer();
    }

    int port() {
        return URI.create(url()).getPort();
    }

    /** What the authorization server got to see of the first sign-in, apart from what is secret. */
    String authorizationSeen() {
        RecordedRequest request = servers.getAuthorizationServer()
                .requests(Endpoint.AUTHORIZATION)
                .get(0);
        return Stream.of("response_type", "code_challenge_method", "scope", "resource")
                .map(name -> name + "=" + request.getQueryParameters().get(name))
                .collect(Collectors.joining(", "));
    }

    /** Throws {@link AssertionError} if the client broke a rule of MCP or OAuth. */
    void assertNoViolations() {
        servers.getServer().assertNoViolations();
        servers.getAuthorizationServer().assertNoViolations();
    }

    @Override
    public void close() {
        servers.close();
    }
}
