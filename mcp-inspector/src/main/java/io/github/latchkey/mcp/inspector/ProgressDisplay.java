package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.Progress;
import io.github.latchkey.mcp.RequestOptions;
import org.jspecify.annotations.Nullable;

/** Shows how far a call is: as a bar that is gone in the end where somebody watches, else in lines, and with {@code --json} not at all. */
final class ProgressDisplay implements AutoCloseable {
    private final Console console;
    private final String name;
    private final boolean hasBar;
    private final boolean hasLines;
    // Guarded by this.
    private @Nullable ProgressBars bar;

    /** @param name what is going on */
    ProgressDisplay(Console console, String name, boolean isJson) {
        this.console = console;
        this.name = name;
        this.hasBar = console.terminal().canRedraw(Terminal.Stream.ERROR);
        this.hasLines = !isJson;
    }

    /** For the call; a server that nobody listens to is not asked to tell. */
    RequestOptions options() {
        if (!hasBar && !hasLines) return RequestOptions.DEFAULT;
        return new RequestOptions.Builder().onProgress(this::show).build();
    }

    private synchronized void show(Progress progress) {
        if (!hasBar) {
            console.printError(line(progress));
            return;
        }
        if (bar == null) bar = ProgressBars.begin(console, name, progress);
        bar.show(progress);
    }

    static String line(Progress progress) {
        String total = progress.getTotal() == null ? "" : " of " + Text.number(progress.getTotal());
        String message = progress.getMessage() == null ? "" : ": " + progress.getMessage();
        return "progress " + Text.number(progress.getProgress()) + total + message;
    }

    @Override
    public synchronized void close() {
        if (bar != null) bar.close();
    }
}
