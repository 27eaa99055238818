package io.github.latchkey.mcp.inspector;

import static io.github.latchkey.mcp.inspector.LatchkeyProcess.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.LatchkeyProcess.Finished;
import io.github.latchkey.mcp.test.ProtectedMcpServer;
import io.github.latchkey.mcp.test.ToolResults;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server asks in the middle of a call, and who answers. */
class QuestionsIT {
    private static final String NEW = "2026-07-28";
    private static final String OLD = "2025-11-25";

    private final AskingServer server = new AskingServer();

    @AfterEach
    void close() {
        server.close();
        server.server.assertNoViolations();
    }

    @ParameterizedTest
    @ValueSource(strings = {NEW, OLD})
    void aFormIsFilledInAtTheTerminal(String revision, @TempDir Path folder) throws Exception {
        Path out = folder.resolve("out");
        try (LatchkeyTerminal terminal =
                LatchkeyTerminal.startInto(out, "call", server.url(), "form", "--json", "--protocol", revision)) {
            String asked = terminal.await("[Ada] > ");
            assertTrue(asked.contains("scripted-server (" + server.url() + ") asks you:\n  | Who are you?\n"), asked);
            assertTrue(asked.contains("1 of 3  Name (text, at most 8 characters, required)"), asked);
            terminal.enter("");
            assertTrue(terminal.await("> ").contains("2 of 3  age (a whole number, 0 to 150, required)"));
            terminal.enter("151");
            assertTrue(terminal.await("> ").contains("That is too large: 150 is the most."));
            terminal.enter("36");
            assertTrue(terminal.await("> ").contains("    2  Large (l)"));
            terminal.enter("2");
            String summary = terminal.await("Send it? yes, edit, or no: ");
            assertTrue(summary.contains("  Name:  Ada\n  age:   36\n  size:  Large\n"), summary);
            terminal.enter("yes");
            terminal.awaitExit(0);
        }
        String result = Files.readString(out);
        assertEquals(1, result.lines().count(), result);
        String answer =
                "{\\\"action\\\":\\\"accept\\\",\\\"content\\\":{\\\"name\\\":\\\"Ada\\\",\\\"age\\\":36,\\\"size\\\":\\\"l\\\"}}";
        assertTrue(result.contains(answer), result);
    }

    @Test
    void aFormIsDeclined() {
        try (LatchkeyTerminal terminal = LatchkeyTerminal.start("call", server.url(), "form", "--protocol", OLD)) {
            terminal.await("> ");
            terminal.enter("/decline");
            assertTrue(terminal.awaitExit(0).contains("\n{\"action\":\"decline\"}\n"));
        }
    }

    @Test
    void theEndOfTheInputLeavesAFormOpen() {
        try (LatchkeyTerminal terminal = LatchkeyTerminal.start("call", server.url(), "form")) {
            terminal.await("> ");
            terminal.pressControl('D');
            assertTrue(terminal.awaitExit(0).contains("\n{\"action\":\"cancel\"}\n"));
        }
    }

    @Test
    void aPageIsNotOpenedUnlessThePersonSaysSo(@TempDir Path folder) throws Exception {
        Path opened = folder.resolve("opened");
        String command = "sh -c 'echo \"$0\" > " + opened + "'";
        try (LatchkeyTerminal terminal =
                LatchkeyTerminal.start("call", server.url(), "page", "--open-browser-command", command)) {
            String asked = terminal.await("Open it? yes or [no]: ");
            assertTrue(
                    asked.contains("  https://pay.example/order?id=1\nThe page is on the host pay.example.\n"), asked);
            terminal.enter("");
            assertTrue(terminal.awaitExit(0).contains("{\"action\":\"decline\"}"));
        }
        assertFalse(Files.exists(opened));
        try (LatchkeyTerminal terminal =
                LatchkeyTerminal.start("call", server.url(), "page", "--open-browser-command", command)) {
            terminal.await("Open it? yes or [no]: ");
            terminal.enter("yes");
            assertTrue(terminal.awaitExit(0).contains("{\"action\":\"accept\"}"));
        }
        assertEquals("https://pay.example/order?id=1\n", Files.readString(opened));
    }

    @ParameterizedTest
    @ValueSource(strings = {NEW, OLD})
    void thePersonAnswersInThePlaceOfAModel(String revision) {
        try (LatchkeyTerminal terminal =
                LatchkeyTerminal.start("call", server.url(), "sample", "--protocol", revision)) {
            String asked = terminal.await("\n> ");
            assertTrue(asked.contains("  system prompt:   Be brief.\n  longest answer:  3 tokens\n"), asked);
            assertTrue(asked.contains("  user:\n  | Capital of France?\n"), asked);
            assertTrue(asked.contains("  | [image, image/png, "), asked);
            terminal.enter("I think that it is Paris.");
            terminal.await("\n> ");
            terminal.enter(".");
            assertTrue(terminal.await("\n> ").contains("That is longer than 3 tokens."));
            terminal.enter("Paris.");
            terminal.await("\n> ");
            terminal.enter("");
            String answer = terminal.awaitExit(0);
            assertTrue(answer.contains("{\"type\":\"text\",\"text\":\"Paris.\"}"), answer);
            assertTrue(answer.contains("\"model\":\"human\",\"stopReason\":\"endTurn\""), answer);
        }
    }

    @Test
    void whereNobodyCanBeAskedItIsDeclinedAndSaid() {
        Finished form = LatchkeyProcess.run("call", server.url(), "form").endsWith(0);
        assertEquals("{\"action\":\"decline\"}\n", form.out());
        assertEquals(
                "latchkey: the server asks: Who are you?; A word will do. - declined, as nobody can answer here\n",
                form.err());
        Finished sample =
                LatchkeyProcess.run("call", server.url(), "sample", "--json").endsWith(9);
        assertEquals("refused", text(sample.error(), "code"));
        Finished old = LatchkeyProcess.run("call", server.url(), "sample", "--protocol", OLD)
                .endsWith(10);
        assertTrue(old.out().contains("the user rejected the sampling request"), old::toString);
    }

    @Test
    void nonInteractiveAsksNobodyAtATerminalEither() {
        try (LatchkeyTerminal terminal = LatchkeyTerminal.start("call", server.url(), "page", "--non-interactive")) {
            String shown = terminal.awaitExit(0);
            assertTrue(shown.contains("Pay here. - declined, as nobody can answer here\n"), shown);
        }
    }

    @Test
    void foldersAreNamed(@TempDir Path folder) {
        Finished run = LatchkeyProcess.run("call", server.url(), "roots", "--root", folder.toString())
                .endsWith(0);
        String root = "{\"uri\":\"file://" + folder + "\",\"name\":\"" + folder.getFileName() + "\"}";
        assertEquals("{\"roots\":[" + root + "]}\n", run.out());
        LatchkeyProcess.run(
                        "call",
                        server.url(),
                        "roots",
                        "--root",
                        folder.resolve("none").toString())
                .endsWith(2);
    }

    @Test
    void aBarShowsHowFarACallIsAndIsGoneInTheEnd() {
        try (LatchkeyTerminal terminal = LatchkeyTerminal.start("call", server.url(), "half")) {
            String bar = terminal.await(" 1/2 ");
            assertTrue(bar.contains("half "), bar);
            terminal.await("half-way");
            server.waiting.complete(ToolResults.text("done"));
            String last = terminal.awaitExit(0);
            assertTrue(last.contains("\r\u001b[Kdone\n"), last);
            assertFalse(last.contains("progress "), last);
        }
    }

    @Test
    void anInterruptOfACallReachesTheServerAndLeavesTheTerminalAsItWas() throws Exception {
        try (LatchkeyTerminal terminal = LatchkeyTerminal.start("call", server.url(), "half")) {
            terminal.await("half-way");
            terminal.pressControl('C');
            String last = terminal.awaitExit(130);
            assertTrue(last.endsWith("\r\u001b[Klatchkey: interrupted\n[exit 130]"), last);
        }
        server.assertCancelled();
    }

    @Test
    void anInterruptOfAQuestionDoesTheSame() throws Exception {
        try (LatchkeyTerminal terminal = LatchkeyTerminal.start("call", server.url(), "form", "--protocol", OLD)) {
            terminal.await("> ");
            terminal.pressControl('C');
            String last = terminal.awaitExit(130);
            assertTrue(last.endsWith("^C\nlatchkey: interrupted\n[exit 130]"), last);
        }
        server.assertCancelled();
    }

    @Test
    void anInterruptOfASignInDoesTheSame() {
        try (ProtectedMcpServer oauth = ProtectedMcpServer.start();
                LatchkeyTerminal terminal =
                        LatchkeyTerminal.start("login", oauth.url(), "--open-browser-command", "true")) {
            terminal.await("Opening browser: " + oauth.issuer());
            terminal.await("Waiting for sign-in… (1 s)");
            terminal.pressControl('C');
            String last = terminal.awaitExit(130);
            assertTrue(last.endsWith("\r\u001b[Klatchkey: interrupted\n[exit 130]"), last);
        }
    }

    @Test
    void whatMovesWhileASignInIsWaitedForIsGoneAfterIt() {
        try (ProtectedMcpServer oauth = ProtectedMcpServer.start();
                LatchkeyTerminal terminal = LatchkeyTerminal.start(
                        "login", oauth.url(), "--open-browser-command", LatchkeyProcess.browserCommand())) {
            terminal.await(" Waiting for sign-in…");
            assertTrue(terminal.awaitExit(0).contains("\r\u001b[Ksigned in to " + oauth.url() + "\n"));
        }
    }
}
