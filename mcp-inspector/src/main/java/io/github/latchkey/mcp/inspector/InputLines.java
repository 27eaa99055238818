package io.github.latchkey.mcp.inspector;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the person enters, line by line. Reading a terminal cannot be interrupted: whoever waits no longer leaves a thread behind,
 * which reads for the next who waits and ends with the process. Thread-safe.
 */
final class InputLines {
    private final BufferedReader input;
    // Both guarded by this.
    private CompletableFuture<@Nullable String> waiting = new CompletableFuture<>();
    private boolean isReading;

    InputLines(Reader input) {
        this.input = new BufferedReader(input);
    }

    /** The line that is entered next; null at the end of the input. */
    synchronized CompletableFuture<@Nullable String> next() {
        waiting = new CompletableFuture<>();
        if (!isReading) {
            isReading = true;
            Thread thread = new Thread(this::read, "latchkey-input");
            thread.setDaemon(true);
            thread.start();
        }
        return waiting;
    }

    /** All of it, for who takes it as it comes and shares it with nobody. */
    BufferedReader reader() {
        return input;
    }

    private void read() {
        try {
            String line = input.readLine();
            hand().complete(line);
        } catch (IOException e) {
            hand().completeExceptionally(e);
        }
    }

    private synchronized CompletableFuture<@Nullable String> hand() {
        isReading = false;
        return waiting;
    }
}
