package io.github.latchkey.mcp.inspector;

import static io.github.latchkey.mcp.inspector.LatchkeyProcess.object;
import static io.github.latchkey.mcp.inspector.LatchkeyProcess.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.LatchkeyProcess.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    void asksForAFormWithEveryKindOfField() {
        try (LatchkeyTerminal terminal = LatchkeyTerminal.start("call", server.url(), "trigger-elicitation-request")) {
            terminal.await("String (text, required)");
            terminal.await("> ");
            terminal.enter("Ada");
            terminal.await("Boolean (yes or no, optional)");
            terminal.await("> ");
            terminal.enter("yes");
            terminal.await("[It was a dark and stormy night.] > ");
            terminal.enter("");
            terminal.await("> ");
            terminal.enter("nobody");
            terminal.await("That is no e-mail address.");
            terminal.await("> ");
            terminal.enter("ada@example.com");
            for (String text : List.of(
                    "https://example.com/", "1815-12-10", "7", "2.5", "rachel", "2,drums", "2", "trout", "dogs")) {
                terminal.await("> ");
                terminal.enter(text);
            }
            terminal.await("Send it? yes, edit, or no: ");
            terminal.enter("yes");
            String result = terminal.awaitExit(0);
            for (String part : List.of(
                    "- Name: Ada", "- Favorite Integer: 7", "\"Rachel\"", "\"Drums\"", "\"fish-3\"", "\"pet-2\"")) {
                assertTrue(result.contains(part), result);
            }
        }
    }

    @Test
    void asksForTheAnswerOfAModel() {
        try (LatchkeyTerminal terminal =
                LatchkeyTerminal.start("call", server.url(), "trigger-sampling-request", "prompt=Why?")) {
            String asked = terminal.await("\n> ");
            assertTrue(asked.contains("You are a helpful test server.") && asked.contains("context: Why?"), asked);
            terminal.enter("Because.");
            terminal.await("\n> ");
            terminal.enter("");
            String result = terminal.awaitExit(0);
            assertTrue(result.contains("\"text\": \"Because.\""), result);
        }
    }

    @Test
    void doctorWalksTheWayToIt() {
        Finished json = LatchkeyProcess.run("doctor", server.url(), "--json").endsWith(0);
        assertEquals("none", text(object(json.result(), "verdict"), "cause"), json::toString);
        Finished lines = LatchkeyProcess.run("doctor", server.url()).endsWith(0);
        assertTrue(lines.out().startsWith("✓ url "), lines::toString);
        assertEquals("", lines.err());
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
