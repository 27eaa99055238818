package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.test.LoopbackServer;
import io.github.latchkey.mcp.test.SampleTools;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kotlinx.serialization.json.JsonObject;
import org.junit.jupiter.api.Test;

/** A server whose list is not what it does. */
final class ChangedServerTest {
    @Test
    void aToolThatIsGoneAfterTheListIsToldAsThat() {
        InProcess run = call("{\"tools\":[{\"name\":\"gone\",\"inputSchema\":{\"type\":\"object\"}}]}", "gone");
        assertEquals(9, run.exitCode(), run.toString());
        assertTrue(run.err().contains("\n  code:            jsonrpc\n"), run.err());
        assertTrue(run.err().contains("if the list has changed since, run it again"), run.err());
    }

    @Test
    void aSchemaThatIsNoneDoesNotStopTheCall() {
        String schema = "{\"type\":\"object\",\"properties\":{\"text\":{\"$ref\":\"http://127.0.0.1:1/text.json\"}}}";
        InProcess run = call("{\"tools\":[{\"name\":\"echo\",\"inputSchema\":" + schema + "}]}", "echo", "text=hello");
        assertEquals(0, run.exitCode(), run.toString());
        assertEquals("hello\n", run.out());
        assertTrue(run.err().startsWith("latchkey: the arguments are not checked, "), run.err());
    }

    private static InProcess call(String list, String... call) {
        JsonObject tools = (JsonObject) RawJson.parse(list).toElement();
        ScriptedMcpServer server = SampleTools.addTo(ScriptedMcpServer.builder())
                .method("tools/list", (params, exchange) -> CompletableFuture.completedFuture(tools))
                .build();
        try (LoopbackServer loopback = LoopbackServer.start(server)) {
            String[] arguments = new String[call.length + 2];
            arguments[0] = "call";
            arguments[1] = loopback.url() + "/mcp";
            System.arraycopy(call, 0, arguments, 2, call.length);
            return InProcess.run(Map.of(), arguments);
        }
    }
}
