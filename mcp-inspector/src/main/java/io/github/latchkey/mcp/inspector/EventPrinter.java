package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpEvent;
import io.github.latchkey.mcp.McpEvents;

/** Tells each event on standard error, with the time since the beginning. */
final class EventPrinter implements McpEvents {
    private final Console console;
    private final long start = System.nanoTime();

    EventPrinter(Console console) {
        this.console = console;
    }

    @Override
    public void onEvent(McpEvent event) {
        long millis = (System.nanoTime() - start) / 1_000_000;
        console.printError(String.format("%6d ms  %s", millis, EventText.describe(event)));
    }
}
