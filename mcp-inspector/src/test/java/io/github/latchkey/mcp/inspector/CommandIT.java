package io.github.latchkey.mcp.inspector;

import static io.github.latchkey.mcp.inspector.LatchkeyProcess.object;
import static io.github.latchkey.mcp.inspector.LatchkeyProcess.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.LatchkeyProcess.Finished;
import io.github.latchkey.mcp.test.ClosedPort;
import io.github.latchkey.mcp.test.LoopbackServer;
import io.github.latchkey.mcp.test.ProtectedMcpServer;
import io.github.latchkey.mcp.test.SampleTools;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import io.github.latchkey.mcp.test.ToolResults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands do with servers that answer. */
class CommandIT {
    private final CompletableFuture<JsonObject> never = new CompletableFuture<>();
    private final ScriptedMcpServer server = SampleTools.addTo(ScriptedMcpServer.builder())
            .tool("fail", "Fails.", "{}", (arguments, call) -> done(ToolResults.text("it broke", true)))
            .tool("wait", "Waits for ever.", "{}", (arguments, call) -> never)
            .tool(
                    "headers",
                    "Tells what it was sent.",
                    "{}",
                    (arguments, call) ->
                            done(ToolResults.text(call.getRequest().getHeaders().toString())))
            .build();
    private final LoopbackServer loopback = LoopbackServer.start(server);

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void connectTellsWhatTheServerIs() {
        Map<String, JsonElement> result =
                LatchkeyProcess.run("connect", url(), "--json").endsWith(0).result();
        assertEquals("2026-07-28", text(result, "protocolVersion"));
        assertEquals("scripted-server", text(object(result, "serverInfo"), "name"));
        assertEquals("{\"tools\":{}}", text(result, "capabilities"));
        assertEquals("none", text(result, "signIn"));
        assertTrue(object(result, "timings").containsKey("connectMs"));
        server.assertNoViolations();
    }

    @Test
    void connectSpeaksTheRevisionItIsTold() {
        Finished run = LatchkeyProcess.run("connect", "--protocol", "2025-06-18", url())
                .endsWith(0);
        assertTrue(run.out().startsWith("connected to " + url() + " in "), run.out());
        assertTrue(run.out().contains("\n  revision   2025-06-18\n"), run.out());
        assertEquals(List.of(), server.getSessionIds(), "the session was ended");
    }

    @Test
    void toolsListsThem() {
        Finished json = LatchkeyProcess.run("tools", url(), "--json").endsWith(0);
        assertTrue(text(json.result(), "tools").startsWith("[{\"name\":\"echo\",\"inputSchema\":{"), json.out());
        Finished lines = LatchkeyProcess.run("tools", url()).endsWith(0);
        assertTrue(lines.out().startsWith("7 tools\n  echo(text: string)\n      Returns its text.\n"), lines.out());
    }

    @Test
    void callSendsWhatTheSchemaWants() {
        Map<String, JsonElement> result = LatchkeyProcess.run("call", url(), "add", "a=2", "b=0.5", "--json")
                .endsWith(0)
                .result();
        assertEquals("{\"sum\":2.5}", text(result, "structuredContent"));
        assertEquals("false", text(result, "isError"));
    }

    @Test
    void aForcedCallSendsTextWithoutAskingForTheTools() {
        Finished run = LatchkeyProcess.run("call", url(), "echo", "text=hello world", "--force")
                .endsWith(0);
        assertEquals("hello world\n", run.out());
        assertEquals(2, server.getRequests().size(), "server/discover and tools/call");
    }

    @Test
    void whatDoesNotFitTheToolIsNotSent() {
        Finished run =
                LatchkeyProcess.run("call", url(), "add", "a=two", "--json").endsWith(2);
        assertEquals("usage", text(run.error(), "code"));
        assertEquals(
                "the arguments do not fit the tool 'add': a is string, and should be number; b is missing",
                text(run.error(), "message"));
        assertEquals(
                "[\"a is string, and should be number\",\"b is missing\"]", text(run.error(), "problems"), run.out());
        assertEquals(2, server.getRequests().size(), "server/discover and tools/list");
    }

    @Test
    void aToolThatFailsEndsWith10() {
        Finished json = LatchkeyProcess.run("call", url(), "fail", "--json").endsWith(10);
        assertEquals("true", text(json.result(), "isError"));
        Finished lines = LatchkeyProcess.run("call", url(), "fail").endsWith(10);
        assertEquals("the tool reported an error:\nit broke\n", lines.out());
    }

    @Test
    void anUnknownToolIsNotCalled() {
        Finished run = LatchkeyProcess.run("call", url(), "eco", "text=x").endsWith(2);
        assertTrue(run.err().startsWith("latchkey: the server lists no tool 'eco'\n"), run.err());
        assertTrue(run.err().contains("did you mean 'echo'?"), run.err());
    }

    @Test
    void anUnknownToolThatIsForcedEndsWith9() {
        Finished run =
                LatchkeyProcess.run("call", url(), "nope", "--force", "--json").endsWith(9);
        assertEquals("jsonrpc", text(run.error(), "code"));
        assertEquals("-32602", text(object(run.error(), "jsonrpc"), "code"));
    }

    @Test
    void secretsStayOutOfEveryOutput(@TempDir Path folder) throws Exception {
        Path trace = folder.resolve("trace");
        Finished run = LatchkeyProcess.run(
                        "call",
                        url(),
                        "headers",
                        "--bearer=secret-bearer",
                        "--header=X-Api-Key=secret-key",
                        "--header=X-Plain=plain",
                        "--trace=" + trace,
                        "--verbose",
                        "--json")
                .endsWith(0);
        String everything = run.out() + run.err() + Files.readString(trace);
        assertFalse(everything.contains("secret"), everything);
        assertTrue(run.out().contains("Bearer ***") && run.out().contains("plain"), run.out());
        assertTrue(Files.readString(trace).contains("Bearer ***"), "the message that repeats it is there, without it");
        for (String line : Files.readAllLines(trace))
            assertTrue(line.startsWith("{\"atMs\":") && line.endsWith("}"), line);
    }

    @Test
    void signsInWithABrowser() {
        try (ProtectedMcpServer oauth = ProtectedMcpServer.start()) {
            Finished run = LatchkeyProcess.run(
                            "connect",
                            oauth.url(),
                            "--json",
                            "--open-browser-command",
                            LatchkeyProcess.browserCommand())
                    .endsWith(0);
            assertEquals("oauth", text(run.result(), "signIn"));
            assertTrue(run.err().startsWith("Opening browser: " + oauth.issuer() + "/authorize?"), run.err());
            oauth.getServer().assertNoViolations();
            oauth.getAuthorizationServer().assertNoViolations();
        }
    }

    @Test
    void anInterruptEndsTheCallAtTheServerToo() throws Exception {
        LatchkeyProcess process = LatchkeyProcess.start(Map.of(), "call", url(), "wait", "--json");
        server.waitForCalls(3);
        process.interrupt();
        Finished run = process.await().endsWith(130);
        assertEquals("interrupted", text(run.error(), "code"));
        assertTrue(isCancelled(never), "the server was told");
    }

    @Test
    void theDemoGoesAsTold() {
        Finished run = LatchkeyProcess.run("demo").endsWith(0);
        for (String part :
                List.of("HTTP 401", "token obtained", "{\"sum\":42.0}", "unauthorized", "insufficient_scope")) {
            assertTrue(run.out().contains(part), run::toString);
        }
        for (String part : List.of("unreachable", "failed with timeout", "remedy: ", "no session, thread or socket")) {
            assertTrue(run.out().contains(part), run::toString);
        }
        assertTrue(run.millis() < 10_000, run::toString);
    }

    @Test
    void theDemoIsOneJsonObject() {
        Finished run = LatchkeyProcess.run("demo", "--json").endsWith(0);
        assertTrue(text(run.result(), "scenes").contains("\"code\":\"insufficient_scope\""), run.out());
        assertEquals("", run.err());
    }

    @Test
    void doctorSaysWhatIsWrong() {
        String url = "http://127.0.0.1:" + ClosedPort.find() + "/mcp";
        Finished run = LatchkeyProcess.run("doctor", url, "--json").endsWith(5);
        assertEquals("connection_refused", text(object(run.result(), "verdict"), "cause"), run::toString);
    }

    @Test
    void completionIsAScript() {
        Finished run = LatchkeyProcess.run("completion", "bash").endsWith(0);
        assertTrue(run.out().contains("complete ") && run.out().contains("doctor"), run::toString);
    }

    @Test
    void theVersionIsQuick() {
        Finished run = LatchkeyProcess.run("--version").endsWith(0);
        assertTrue(run.out().startsWith("latchkey ") && run.out().lines().count() == 1, run.out());
        assertTrue(run.millis() < 2_000, run::toString);
    }

    private String url() {
        return loopback.url() + "/mcp";
    }

    private static CompletableFuture<JsonObject> done(JsonObject result) {
        return CompletableFuture.completedFuture(result);
    }

    private static boolean isCancelled(CompletableFuture<?> future) throws Exception {
        try {
            future.get(5, TimeUnit.SECONDS);
            return false;
        } catch (ExecutionException e) {
            return false;
        } catch (CancellationException e) {
            return true;
        }
    }
}
