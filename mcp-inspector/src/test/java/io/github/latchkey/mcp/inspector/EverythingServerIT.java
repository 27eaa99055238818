package io.github.latchkey.mcp.inspector;

import static io.github.latchkey.mcp.inspector.LatchkeyProcess.object;
import static io.github.latchkey.mcp.inspector.LatchkeyProcess.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.LatchkeyProcess.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import kotlinx.serialization.json.JsonElement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference server of the MCP project, on Node: a server that we did not write. */
class EverythingServerIT {
    private static final String DOCUMENT = "demo://resource/static/document/architecture.md";

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

    @Test
    void listsAndReadsItsResources() {
        Finished run = LatchkeyProcess.run("resources", server.url(), "--json").endsWith(0);
        assertTrue(text(run.result(), "resources").contains("\"uri\":\"" + DOCUMENT + "\""), run.out());
        Finished read = LatchkeyProcess.run("read", server.url(), DOCUMENT).endsWith(0);
        assertTrue(read.out().startsWith("# Everything Server"), read.out());
        Finished templates =
                LatchkeyProcess.run("templates", server.url(), "--json").endsWith(0);
        assertTrue(text(templates.result(), "resourceTemplates").contains("{resourceId}"), templates.out());
    }

    @Test
    void writesAResourceToAFile(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("architecture.md");
        LatchkeyProcess.run("read", server.url(), DOCUMENT, "--out", file.toString())
                .endsWith(0);
        assertTrue(Files.readString(file).startsWith("# Everything Server"));
        LatchkeyProcess.run("read", server.url(), DOCUMENT, "--out", file.toString())
                .endsWith(2);
    }

    @Test
    void listsFillsInAndCompletesItsPrompts() {
        Finished run = LatchkeyProcess.run("prompts", server.url()).endsWith(0);
        assertTrue(run.out().contains("args-prompt(city, state?)"), run.out());
        Finished prompt = LatchkeyProcess.run("prompt", server.url(), "args-prompt", "city=Bern")
                .endsWith(0);
        assertEquals("user: What's weather in Bern?\n", prompt.out());
        Finished complete = LatchkeyProcess.run(
                        "complete", server.url(), "department=Eng", "--prompt", "completable-prompt")
                .endsWith(0);
        assertEquals("Engineering\n", complete.out());
    }

    @Test
    void showsHowFarACallIs() {
        Finished run = LatchkeyProcess.run(
                        "call", server.url(), "trigger-long-running-operation", "duration=1", "steps=2")
                .endsWith(0);
        assertTrue(run.err().contains("progress 1 of 2"), run.err());
        assertTrue(run.out().startsWith("Long running operation completed"), run.out());
    }

    @Test
    void listens() {
        Finished run = LatchkeyProcess.run("listen", server.url(), "--for", "500ms", "--json")
                .endsWith(0);
        assertEquals("[{\"event\":\"listening\"}]", text(run.result(), "notifications"));
    }

    @Test
    void saysWhichArgumentIsMissing() {
        Finished run = LatchkeyProcess.run("complete", server.url(), "department=Eng", "--json")
                .endsWith(2);
        assertTrue(run.out().contains("--prompt"), run.out());
    }
}
