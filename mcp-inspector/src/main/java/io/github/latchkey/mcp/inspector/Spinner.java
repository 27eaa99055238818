package io.github.latchkey.mcp.inspector;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Shows that something is waited for, and for how long already. For a terminal. */
final class Spinner implements AutoCloseable {
    private static final List<String> FRAMES = List.of("⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏");
    private static final long FRAME_MILLIS = 100;

    private final Console console;
    private final String text;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "latchkey-spinner");
        thread.setDaemon(true);
        return thread;
    });
    // Both guarded by this.
    private int frame;
    private boolean isClosed;

    private Spinner(Console console, String text) {
        this.console = console;
        this.text = text;
    }

    static Spinner start(Console console, String text) {
        Spinner spinner = new Spinner(console, text);
        // The task keeps what goes wrong to itself, and then just no longer moves.
        var unused = spinner.clock.scheduleAtFixedRate(spinner::turn, 0, FRAME_MILLIS, TimeUnit.MILLISECONDS);
        return spinner;
    }

    private synchronized void turn() {
        if (isClosed) return;
        long seconds = frame * FRAME_MILLIS / 1000;
        console.status(FRAMES.get(frame % FRAMES.size()) + " " + text + (seconds == 0 ? "" : " (" + seconds + " s)"));
        frame++;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        clock.shutdownNow();
        console.status("");
    }
}
