package io.github.latchkey.mcp.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.ClientOptions;
import io.github.latchkey.mcp.EraMemory;
import io.github.latchkey.mcp.FakeServer;
import io.github.latchkey.mcp.OperationNames;
import io.github.latchkey.mcp.transport.InMemoryTransport;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A group as a Java caller has it. */
class McpClientsFuturesTest {
    private final ClientOptions options =
            new ClientOptions.Builder().eraMemory(new EraMemory()).build();

    @Test
    void theFacadeHasEveryOperation() {
        assertEquals(
                OperationNames.suspending(McpClients.class), OperationNames.returningFutures(McpClientsFutures.class));
    }

    @Test
    void toolsAreListedAndCalledAcrossServers() throws Exception {
        FakeServer first = new FakeServer();
        McpClients.Builder servers = new McpClients.Builder()
                .server("first", new InMemoryTransport(first), options)
                .server("second", new InMemoryTransport(new FakeServer()), options);
        try (McpClientsFutures group = McpClientsFutures.open(servers)) {
            assertEquals(List.of("first", "second"), group.getServers());
            GroupTools listed = group.listTools().get(5, TimeUnit.SECONDS);
            assertEquals(2, listed.getTools().size());
            assertEquals(
                    "{\"a\":1}",
                    group.callTool("first__echo", Map.of("a", 1)).join().getText());
            assertSame(group.session("first").join(), group.session("first").join());
            group.session("first").join().ping().join();
        }
        assertTrue(first.closed.await(5, TimeUnit.SECONDS));
    }

    @Test
    void afterCloseNothingIsToBeHad() {
        McpClientsFutures group = McpClientsFutures.open(
                new McpClients.Builder().server("a", new InMemoryTransport(new FakeServer()), options));
        group.close();
        group.close();
        assertThrows(Exception.class, () -> group.session("a").get(5, TimeUnit.SECONDS));
    }
}
