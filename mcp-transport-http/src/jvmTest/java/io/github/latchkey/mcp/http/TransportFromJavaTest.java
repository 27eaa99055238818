package io.github.latchkey.mcp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.latchkey.mcp.McpClientFutures;
import io.github.latchkey.mcp.UnauthorizedException;
import io.github.latchkey.mcp.test.LoopbackServer;
import io.github.latchkey.mcp.test.RawServer;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import io.github.latchkey.mcp.transport.BearerToken;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

final class TransportFromJavaTest {
    @Test
    void connectsOnTheSharedEngine() throws Exception {
        try (LoopbackServer server =
                LoopbackServer.start(ScriptedMcpServer.builder().build())) {
            var transport = new StreamableHttpTransport(server.url() + "/mcp");
            try (var session = McpClientFutures.connect(transport).get()) {
                assertEquals("2026-07-28", session.getProtocolVersion().getValue());
            }
        }
    }

    @Test
    void failsWithTheReasonAsTheCause() throws Exception {
        var options = new HttpTransportOptions.Builder()
                .authorizer(new BearerToken("token"))
                .header("X-Tenant", "acme")
                .connectTimeoutMillis(2_000)
                .build();
        try (RawServer server = RawServer.answering(401)) {
            var transport = new StreamableHttpTransport(server.url(), options);
            var thrown = assertThrows(
                    ExecutionException.class,
                    () -> McpClientFutures.connect(transport).get());
            var failure = assertInstanceOf(UnauthorizedException.class, thrown.getCause());
            assertEquals(401, failure.getStatus());
            assertEquals("acme", server.getRequests().get(0).header("X-Tenant"));
        }
    }

    @Test
    void refusesBadOptionsAtOnce() {
        assertThrows(IllegalArgumentException.class, () -> new StreamableHttpTransport("example.com/mcp"));
        var builder = new HttpTransportOptions.Builder();
        var failure = assertThrows(IllegalArgumentException.class, () -> builder.header("X-Key", "secret\n"));
        assertFalse(failure.toString().contains("secret"));
    }

    @Test
    void hasAFetcherOfItsOwn() {
        assertNotNull(HttpFetchers.shared());
    }
}
