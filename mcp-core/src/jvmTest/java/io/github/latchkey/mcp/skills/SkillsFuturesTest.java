package io.github.latchkey.mcp.skills;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.latchkey.mcp.ClientOptions;
import io.github.latchkey.mcp.EraMemory;
import io.github.latchkey.mcp.FakeServer;
import io.github.latchkey.mcp.JsonRpcException;
import io.github.latchkey.mcp.McpClientFutures;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.OperationNames;
import io.github.latchkey.mcp.transport.InMemoryTransport;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Skills as a Java caller has them. */
class SkillsFuturesTest {
    @Test
    void theFacadeHasEveryOperation() {
        assertEquals(OperationNames.suspending(Skills.class), OperationNames.returningFutures(SkillsFutures.class));
    }

    @Test
    void aServerWithoutSkillsRefusesToListThem() {
        ClientOptions options =
                new ClientOptions.Builder().eraMemory(new EraMemory()).build();
        try (McpSessionFutures session = McpClientFutures.connect(new InMemoryTransport(new FakeServer()), options)
                .join()) {
            SkillsFutures skills = new SkillsFutures(session);
            CompletionException failure =
                    assertThrows(CompletionException.class, () -> skills.list().join());
            assertInstanceOf(JsonRpcException.class, failure.getCause());
        }
    }
}
