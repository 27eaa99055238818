package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.auth.AuthorizationPrompt;
import io.github.latchkey.mcp.auth.AuthorizationPrompts;
import io.github.latchkey.mcp.auth.PasteBackQuestion;
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
        return console.readLine();
    }
}
