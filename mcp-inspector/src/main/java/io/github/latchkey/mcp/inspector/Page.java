package io.github.latchkey.mcp.inspector;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a command tells people: plain lines for a pipe, and the same with colours and breaks for a terminal. */
final class Page {
    /** How much of a description a pipe gets. */
    private static final int DESCRIPTION = 110;

    private final List<Line> lines = new ArrayList<>();

    /** Lines of which nothing is known, as they are. */
    static Page of(List<String> lines) {
        Page page = new Page();
        lines.forEach(line -> page.add(Line.asItIs(line)));
        return page;
    }

    List<Line> lines() {
        return List.copyOf(lines);
    }

    Page add(Line line) {
        lines.add(line);
        return this;
    }

    Page heading(String text) {
        return add(Line.of(Ink.HEADING, text));
    }

    /** A thing of a list: what it is called, and what comes behind its name. */
    Page item(String name, String rest) {
        return add(
                Line.begin(6).add("  ").add(Ink.NAME, name).add(Ink.FAINT, rest).line());
    }

    /** What an item is for. */
    Page description(String text) {
        return add(Line.description(text, 6, DESCRIPTION));
    }

    /** A line for each entry, the values below each other. */
    Page rows(Map<String, String> rows) {
        return rows(rows, Ink.FAINT, Map.of());
    }

    /** The same, with a colour for the values of some. */
    Page rows(Map<String, String> rows, Map<String, Ink> inks) {
        return rows(rows, Ink.FAINT, inks);
    }

    /** The same, where the keys are the names of things. */
    Page things(Map<String, String> rows) {
        return rows(rows, Ink.NAME, Map.of());
    }

    private Page rows(Map<String, String> rows, Ink keyInk, Map<String, Ink> inks) {
        int width = rows.keySet().stream().mapToInt(Cells::width).max().orElse(0);
        rows.forEach((key, value) -> {
            String gap = " ".repeat(Math.max(0, width - Cells.width(key)) + 2);
            add(Line.begin(width + 4)
                    .add("  ")
                    .add(keyInk, key)
                    .add(gap)
                    .add(inks.getOrDefault(key, Ink.PLAIN), value.strip().replace("\n", "\n" + " ".repeat(width + 4)))
                    .line());
        });
        return this;
    }
}
