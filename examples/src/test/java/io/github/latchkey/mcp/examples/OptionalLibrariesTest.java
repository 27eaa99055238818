package io.github.latchkey.mcp.examples;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.JsonSchemaValidator;
import io.github.latchkey.mcp.McpClientFutures;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.http.StreamableHttpTransport;
import io.github.latchkey.mcp.skills.SkillsFutures;
import io.github.latchkey.mcp.test.LoopbackServer;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import org.junit.jupiter.api.Test;

/** Features whose library is not on the class path, as it is not here, name what to add. */
class OptionalLibrariesTest {
    @Test
    void validationNamesItsLibrary() {
        String message = String.valueOf(assertThrows(IllegalStateException.class, JsonSchemaValidator::new)
                .getMessage());
        assertTrue(message.contains("dev.harrel:json-schema"), message);
    }

    @Test
    void skillsNameTheirLibrary() {
        try (LoopbackServer server =
                        LoopbackServer.start(ScriptedMcpServer.builder().build());
                McpSessionFutures session = McpClientFutures.connect(new StreamableHttpTransport(server.url() + "/mcp"))
                        .join()) {
            String message = String.valueOf(assertThrows(IllegalStateException.class, () -> new SkillsFutures(session))
                    .getMessage());
            assertTrue(message.contains("org.snakeyaml:snakeyaml-engine"), message);
        }
    }
}
