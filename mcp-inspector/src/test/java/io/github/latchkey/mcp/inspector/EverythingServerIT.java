package io.github.latchkey.mcp.inspector;

import static io.github.latchkey.mcp.inspector.LatchkeyProcess.object;
import static io.github.latchkey.mcp.inspector.LatchkeyProcess.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.LatchkeyProcess.Finished;
import java.util.Map;
import kotlinx.serialization.json.JsonElement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The reference server of the MCP project, on Node: a server that we did not write. */
class EverythingServerIT {
    @SuppressWarnings("NullAway.Init")
    private static EverythingServer server;

    @BeforeAll
    static void start() throws Exception {
        server = EverythingServer.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) server.close();
    }

    @Test
    void connects() {
        Finished run = LatchkeyProcess.run("connect", server.url(), "--json").endsWith(0);
        Map<String, JsonElement> result = run.result();
        assertEquals("mcp-servers/everything", text(object(result, "serverInfo"), "name"));
        assertEquals("2025-11-25", text(result, "protocolVersion"));
        assertTrue(object(result, "capabilities").containsKey("tools"), run.out());
    }

    @Test
    void listsItsTools() {
        Finished run = LatchkeyProcess.run("tools", server.url(), "--json").endsWith(0);
        String tools = text(run.result(), "tools");
        assertTrue(tools.contains("{\"name\":\"echo\",\"inputSchema\":{"), tools);
        assertTrue(tools.contains("{\"name\":\"get-sum\","), tools);
    }

    @Test
    void callsATool() {
        Finished run = LatchkeyProcess.run("call", server.url(), "echo", "message=hello", "--json")
                .endsWith(0);
        assertTrue(text(run.result(), "content").contains("\"Echo: hello\""), run.out());
        assertEquals("false", text(run.result(), "isError"));
    }

    @Test
    void sendsNumbersAsNumbers() {
        Finished run = LatchkeyProcess.run("call", server.url(), "get-sum", "a=2", "b=40")
                .endsWith(0);
        assertEquals("The sum of 2 and 40 is 42.\n", run.out());
    }
}
