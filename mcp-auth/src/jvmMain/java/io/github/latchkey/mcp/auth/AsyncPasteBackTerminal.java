package io.github.latchkey.mcp.auth;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The Java twin of {@link PasteBackTerminal}; see {@link AuthorizationPrompts#pasteBack}. */
@FunctionalInterface
public interface AsyncPasteBackTerminal {
    /**
     * Shows what {@code question} says. The stage completes with the line that the person has entered, or with null if there is none any more;
     * exceptionally if that cannot be had. A {@code CompletableFuture} is cancelled when the sign-in is.
     */
    CompletionStage<@Nullable String> ask(PasteBackQuestion question);
}
