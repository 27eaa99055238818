package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpEvent;
import io.github.latchkey.mcp.McpEvents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One part of the demo: tells what happens while it happens, and keeps it for {@code --json}. Thread-safe. */
final class DemoScene implements McpEvents {
    private static final String INDENT = " ".repeat(12);

    private final String title;
    private final Invocation invocation;
    private final long start = System.nanoTime();
    private final List<Map<String, @Nullable Object>> timeline = new ArrayList<>();
    private final String origin;
    private @Nullable Failure failure;
    private long endMillis = -1;

    /** A scene about the server at {@code origin}, whose URLs are told by their paths. */
    DemoScene(String title, String origin, Invocation invocation) {
        this.title = title;
        this.origin = origin;
        this.invocation = invocation;
        print("");
        print(title);
    }

    @Override
    public void onEvent(McpEvent event) {
        Map<String, @Nullable Object> entry = new LinkedHashMap<>();
        entry.put("event", event.getName());
        entry.putAll(event.getFields());
        add(entry, EventText.describe(event).replace(origin, ""));
    }

    /** What the demo itself has to say. */
    void tell(String text) {
        Map<String, @Nullable Object> entry = new LinkedHashMap<>();
        entry.put("event", "demo");
        entry.put("text", text);
        add(entry, text);
    }

    /** The end of a scene that is about a failure. */
    synchronized void fails(Failure failure) {
        this.failure = failure;
        endMillis = elapsedMillis();
        print(String.format("  %5d ms  failed with %s: %s", endMillis, failure.code(), failure.message()));
        if (failure.facts().get("challenge") instanceof Challenge challenge) print(INDENT + "challenge: " + challenge);
        if (failure.facts().get("missingScopes") instanceof List<?> scopes)
            print(INDENT + "scopes asked for: " + scopes);
        print(INDENT + "remedy: " + failure.remedy());
    }

    /** The end of a scene that is not. */
    synchronized void ends() {
        endMillis = elapsedMillis();
    }

    synchronized Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("title", title);
        json.put("elapsedMs", endMillis);
        json.put("timeline", List.copyOf(timeline));
        json.put("error", failure == null ? null : failure.toJson());
        return json;
    }

    private synchronized void add(Map<String, @Nullable Object> entry, String text) {
        Map<String, @Nullable Object> timed = new LinkedHashMap<>();
        timed.put("atMs", elapsedMillis());
        timed.putAll(entry);
        timeline.add(timed);
        print(String.format("  %5d ms  %s", elapsedMillis(), text));
    }

    private void print(String line) {
        if (!invocation.isJson()) invocation.console().print(line);
    }

    private long elapsedMillis() {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
