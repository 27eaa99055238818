package io.github.latchkey.mcp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.latchkey.mcp.clients.ServerConfig;
import io.github.latchkey.mcp.stdio.StdioTransport;
import io.github.latchkey.mcp.transport.Transport;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** From an {@code mcp.json} to transports. */
class ConfiguredTransportsTest {
    @Test
    void eachKindOfServerHasItsTransport() {
        String file =
                "{\"mcpServers\":{\"web\":{\"url\":\"https://example.com/mcp\",\"headers\":{\"X-Key\":\"${KEY}\"}},"
                        + "\"local\":{\"command\":\"server\",\"args\":[\"--port\",\"1\"],\"env\":{\"KEY\":\"${KEY}\"}}}}";
        List<ServerConfig> servers = ServerConfig.parse(file, name -> "s3cret");
        Transport web = ConfiguredTransports.of(servers.get(0), http -> http.legacySse(false));
        assertInstanceOf(StreamableHttpTransport.class, web);
        assertEquals("https://example.com/mcp", web.getEndpoint());
        Transport local = ConfiguredTransports.of(servers.get(1));
        assertInstanceOf(StdioTransport.class, local);
        assertFalse((web + " " + local + " " + local.getEndpoint()).contains("s3cret"));
    }

    @Test
    void whatCannotBeUsedIsRefusedBeforeAnythingIsConnected() {
        assertThrows(
                IllegalArgumentException.class,
                () -> ConfiguredTransports.of(new ServerConfig.Http("a", "ftp://example.com", Map.of())));
        IllegalArgumentException header = assertThrows(
                IllegalArgumentException.class,
                () -> ConfiguredTransports.of(
                        new ServerConfig.Http("a", "https://example.com", Map.of("X-Key", "s3cret\r\n"))));
        assertFalse(String.valueOf(header.getMessage()).contains("s3cret"));
    }
}
