package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.auth.AuthorizationPrompt;
import io.github.latchkey.mcp.auth.AuthorizationPrompts;
import io.github.latchkey.mcp.auth.PasteBackQuestion;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Signs in with a browser on another machine: the person pastes back where it ended. Nothing of this goes to standard output. */
final class PasteBack {
    private PasteBack() {}

    static AuthorizationPrompt prompt(Console console) {
        return AuthorizationPrompts.pasteBack(question -> ask(question, console));
    }

    private static CompletableFuture<@Nullable String> ask(PasteBackQuestion question, Console console) {
        if (question.getProblem() == null) {
            console.printError("Open this address in a browser, on any machine:");
            console.printError("");
            console.printError("  " + question.getUrl().getValue());
            console.printError("");
            console.printError("After the sign-in the browser ends at an address that begins with");
            console.printError("  " + question.getUrl().getRedirectUri());
            console.printError("and says that it cannot show it. Paste that address here, and press Enter:");
        } else {
            console.printError(question.getProblem());
        }
        return readLine(console.input());
    }

    // Reading a terminal cannot be interrupted: the thread is left behind, and ends with the process.
    private static CompletableFuture<@Nullable String> readLine(BufferedReader input) {
        CompletableFuture<@Nullable String> line = new CompletableFuture<>();
        Thread thread = new Thread(() -> complete(line, input), "latchkey-input");
        thread.setDaemon(true);
        thread.start();
        return line;
    }

    private static void complete(CompletableFuture<@Nullable String> line, BufferedReader input) {
        try {
            line.complete(input.readLine());
        } catch (IOException e) {
            line.completeExceptionally(e);
        }
    }
}
