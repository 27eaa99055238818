package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpEvent;
import io.github.latchkey.mcp.McpEvents;
import io.github.latchkey.mcp.WarningEvent;

/** Tells on standard error what a person should look at, and with {@code --verbose} every event with the time since the beginning. */
final class EventPrinter implements McpEvents {
    private final Console console;
    private final boolean isVerbose;
    private final long start = System.nanoTime();

    EventPrinter(Console console, boolean isVerbose) {
        this.console = console;
        this.isVerbose = isVerbose;
    }

    @Override
    public void onEvent(McpEvent event) {
        if (isVerbose) {
            long millis = (System.nanoTime() - start) / 1_000_000;
            console.printError(String.format("%6d ms  %s", millis, EventText.describe(event)));
        } else if (event instanceof WarningEvent) {
            console.printError("latchkey: " + EventText.describe(event));
        }
    }
}
