package io.github.latchkey.mcp.inspector;

import java.io.PrintStream;

/**
 * Standard error as a person sees it: whole lines, and below them at most one that is not finished, a question or something that
 * moves. A line that is printed meanwhile goes above it. The cursor is never hidden and no mode of the terminal is changed, so
 * nothing has to be put back. Thread-safe.
 */
final class ErrorLines {
    // To the beginning of the line, and nothing behind that (ECMA-48, EL).
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream err;
    // All guarded by this.
    private String prompt = "";
    private String status = "";
    private boolean isOver;

    ErrorLines(PrintStream err) {
        this.err = err;
    }

    synchronized void print(String line) {
        aside(() -> err.println(line));
    }

    /** Runs {@code print}, which prints whole lines on the same terminal. */
    synchronized void aside(Runnable print) {
        hide();
        print.run();
        show();
    }

    /** Shows {@code text}, which fits into one line, below everything until it is replaced; nothing if it is empty. */
    synchronized void status(String text) {
        if (isOver || text.equals(status)) return;
        if (prompt.isEmpty()) hide();
        status = text;
        if (prompt.isEmpty()) show();
    }

    /** Leaves the cursor behind {@code text}, for an answer. */
    synchronized void ask(String text) {
        if (isOver) return;
        hide();
        prompt = text;
        show();
    }

    /** The person has entered something, which has ended the line; or with {@code hasEnded} false has not. */
    synchronized void answered(boolean hasEnded) {
        if (prompt.isEmpty()) return;
        if (!hasEnded) err.println();
        prompt = "";
        show();
    }

    /** Nobody wants to know any more, as {@code line} tells; silent after the end. */
    synchronized void withdrawn(String line) {
        answered(false);
        if (!isOver) print(line);
    }

    /** Leaves whole lines behind. From here on nothing is asked, and nothing moves. */
    synchronized void end(boolean isInterrupted) {
        if (isOver) return;
        // The terminal has written ^C behind whatever stood there.
        if (isInterrupted && prompt.isEmpty() && status.isEmpty()) err.println();
        hide();
        isOver = true;
        prompt = "";
        status = "";
        err.flush();
    }

    private void hide() {
        if (!prompt.isEmpty()) err.println();
        else if (!status.isEmpty()) err.print(CLEAR);
    }

    private void show() {
        err.print(prompt.isEmpty() ? status : prompt);
        err.flush();
    }
}
