package io.github.latchkey.mcp.inspector;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Questions and answers at the terminal. Nothing of it goes to standard output. */
final class Conversation {
    static final String DECLINE = "/decline";
    static final String CANCEL = "/cancel";

    private final Console console;

    Conversation(Console console) {
        this.console = console;
    }

    void say(String line) {
        say(new Page().add(Line.begin(0).add(line).line()));
    }

    void warn(String line) {
        say(new Page().add(Line.of(Ink.BAD, line)));
    }

    void say(Page page) {
        console.printError(page);
    }

    /** Says what somebody else has written, marked as such on each line: it cannot pass for ours. */
    void quote(String text) {
        Page page = new Page();
        text.strip()
                .lines()
                .forEach(line ->
                        page.add(Line.begin(4).add(Ink.FAINT, "  | ").add(line).line()));
        say(page);
    }

    /**
     * What the person enters behind {@code prompt}. Throws {@link Dismissed} for {@value #DECLINE}, {@value #CANCEL} and the end of the
     * input, and {@link CancellationException} when this thread is interrupted.
     */
    String ask(String prompt) {
        String line = read(prompt);
        if (line == null) throw new Dismissed(false);
        if (line.strip().equals(DECLINE)) throw new Dismissed(true);
        if (line.strip().equals(CANCEL)) throw new Dismissed(false);
        return line;
    }

    private @Nullable String read(String prompt) {
        console.ask(prompt);
        CompletableFuture<@Nullable String> next = console.readLine();
        try {
            String line = next.get();
            console.answered(line != null);
            return line;
        } catch (InterruptedException e) {
            next.cancel(true);
            console.withdrawn("The question is no longer asked.");
            throw new CancellationException("the question is no longer asked");
        } catch (ExecutionException e) {
            console.answered(false);
            return null;
        }
    }

    /** The person does not answer. */
    static final class Dismissed extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final boolean isDecline;

        Dismissed(boolean isDecline) {
            super("dismissed", null, false, false);
            this.isDecline = isDecline;
        }

        /** A no, and not just no decision. */
        boolean isDecline() {
            return isDecline;
        }
    }
}
