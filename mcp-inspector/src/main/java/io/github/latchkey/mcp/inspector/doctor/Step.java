package io.github.latchkey.mcp.inspector.doctor;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One link of the chain between here and the server.
 *
 * @param name stable, as in JSON; several steps can have the same
 * @param elapsedMs null where nothing was waited for
 * @param summary a few words
 * @param facts what else is known; anything that JSON can hold, a null one is left out
 */
public record Step(
        String name,
        Outcome outcome,
        @Nullable Long elapsedMs,
        String summary,
        Map<String, ? extends @Nullable Object> facts) {
    /** How it went. */
    public enum Outcome {
        OK("ok", "✓"),
        FAILED("failed", "✗"),
        SKIPPED("skipped", "–"),
        WARNING("warning", "!");

        private final String id;
        private final String mark;

        Outcome(String id, String mark) {
            this.id = id;
            this.mark = mark;
        }

        /** The name in JSON. */
        public String id() {
            return id;
        }

        /** One character for people. */
        public String mark() {
            return mark;
        }
    }

    static Step ok(
            String name, @Nullable Long elapsedMs, String summary, Map<String, ? extends @Nullable Object> facts) {
        return new Step(name, Outcome.OK, elapsedMs, summary, facts);
    }

    static Step failed(
            String name, @Nullable Long elapsedMs, String summary, Map<String, ? extends @Nullable Object> facts) {
        return new Step(name, Outcome.FAILED, elapsedMs, summary, facts);
    }

    static Step skipped(String name, String why) {
        return new Step(name, Outcome.SKIPPED, null, why, Map.of());
    }

    /** The same, ended as {@code other} says, with its facts added. */
    Step endedAs(Outcome other, String newSummary, Map<String, ? extends @Nullable Object> more) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(facts);
        all.putAll(more);
        return new Step(name, other, elapsedMs, newSummary, all);
    }

    /** As {@code --json} shows it. */
    public Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("outcome", outcome.id());
        json.put("elapsedMs", elapsedMs);
        json.put("summary", summary);
        json.putAll(facts);
        return json;
    }
}
