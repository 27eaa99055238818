package io.github.latchkey.mcp.inspector;

import java.util.List;

/**
 * What a command found, for programs and for people.
 *
 * @param result goes into the JSON object; anything that {@link Json} writes
 * @param page goes to standard output without {@code --json}
 */
record Outcome(Object result, Page page, int exitCode) {
    Outcome(Object result, List<String> lines, int exitCode) {
        this(result, Page.of(lines), exitCode);
    }

    static Outcome ok(Object result, List<String> lines) {
        return new Outcome(result, lines, ExitCode.OK);
    }

    static Outcome ok(Object result, Page page) {
        return new Outcome(result, page, ExitCode.OK);
    }
}
