package io.github.latchkey.mcp.inspector;

import static io.github.latchkey.mcp.inspector.LatchkeyProcess.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.LatchkeyProcess.Finished;
import io.github.latchkey.mcp.test.LoopbackServer;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import io.github.latchkey.mcp.test.ToolResults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers by name, and servers that are started. */
class ServersIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path config;

    @Test
    void aServerIsReachedByItsNameWithTheHeadersOfItsFile() throws Exception {
        ScriptedMcpServer server = ScriptedMcpServer.builder()
                .tool(
                        "key",
                        "Tells the length of its key.",
                        "{}",
                        (arguments, call) -> CompletableFuture.completedFuture(ToolResults.text("length "
                                + String.valueOf(call.getRequest().header("X-Api-Key"))
                                        .length())))
                .build();
        try (LoopbackServer loopback = LoopbackServer.start(server)) {
            write("{\"mcpServers\":{\"mine\":{\"url\":\"" + loopback.url()
                    + "/mcp\",\"headers\":{\"X-Api-Key\":\"${SECRET}\"}},\"local\":{\"command\":\"some-server\","
                    + "\"env\":{\"TOKEN\":\"${SECRET}\"}}}}");
            Finished call = run("call", "mine", "key", "--verbose").endsWith(0);
            assertEquals("length 6\n", call.out());
            assertFalse((call.out() + call.err()).contains("s3cret"), call.err());
            Finished servers = run("servers", "--json").endsWith(0);
            String listed = text(servers.result(), "servers");
            assertTrue(listed.contains("\"name\":\"mine\"") && listed.contains("\"where\":\"some-server\""), listed);
            assertFalse(servers.out().contains("s3cret"), servers.out());
        }
    }

    @Test
    void aServerIsStartedAndEnded() throws Exception {
        String program = NodePackages.install()
                .resolve("node_modules/@modelcontextprotocol/server-everything/dist/index.js")
                .toAbsolutePath()
                .toString();
        Finished call = LatchkeyProcess.run("call", "stdio:", "echo", "message=hello", "--", "node", program, "stdio")
                .endsWith(0);
        assertEquals("Echo: hello\n", call.out());
        write("{\"servers\":{\"everything\":{\"type\":\"stdio\",\"command\":\"node\",\"args\":[\"" + program
                + "\",\"stdio\"]}}}");
        assertTrue(run("tools", "everything").endsWith(0).out().contains("get-sum"));
    }

    @Test
    void whatCannotBeMeantIsSaidBeforeAnythingIsSent() throws Exception {
        write("{\"mcpServers\":{\"mine\":{\"url\":\"https://example.com/mcp\"}}}");
        assertTrue(run("tools", "yours").endsWith(2).err().contains("mine"));
        assertTrue(run("tools", "stdio:").endsWith(2).err().contains("needs the command"));
        assertTrue(run("tools", "https://example.com/mcp", "--", "node")
                .endsWith(2)
                .err()
                .contains("behind --"));
        assertTrue(run("login", "stdio:", "--", "node").endsWith(2).err().contains("no sign-in"));
        write("{\"mcpServers\":{\"mine\":{\"url\":\"https://example.com/${NOT_SET}\"}}}");
        assertTrue(run("tools", "mine").endsWith(2).err().contains("NOT_SET"));
        write("{\"mcpServers\":");
        assertTrue(run("servers").endsWith(2).err().contains("not JSON"));
    }

    @Test
    void withoutAFileThereAreNone() {
        assertEquals("[]", text(run("servers", "--json").endsWith(0).result(), "servers"));
    }

    private void write(String file) throws Exception {
        Files.createDirectories(config.resolve("latchkey"));
        Files.writeString(config.resolve("latchkey").resolve("mcp.json"), file);
    }

    private Finished run(String... args) {
        return LatchkeyProcess.start(Map.of("XDG_CONFIG_HOME", config.toString(), "SECRET", "s3cret"), args)
                .await();
    }
}
