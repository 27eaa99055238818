package io.github.latchkey.mcp.inspector.doctor;

import static io.github.latchkey.mcp.inspector.doctor.Words.facts;

import io.github.latchkey.mcp.ServerLogEvent;
import io.github.latchkey.mcp.ServerProcessEvent;
import io.github.latchkey.mcp.WarningEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server that is started: its command, its beginning and its end. */
final class ProcessSteps {
    private static final int MAX_LINES = 5;

    private ProcessSteps() {}

    static List<Step> of(Findings f) {
        List<Step> steps = new ArrayList<>();
        boolean isStarted = !f.trail().all(ServerProcessEvent.class).isEmpty();
        if (!isStarted) {
            steps.add(Step.failed("command", null, f.message(), Map.of()));
            return steps;
        }
        steps.add(Step.ok("command", null, f.subject().shown(), Map.of()));
        List<WarningEvent> stray = f.trail().strayOutput();
        if (!stray.isEmpty()) {
            steps.add(new Step(
                    "output",
                    Step.Outcome.WARNING,
                    null,
                    stray.size() + " times something other than a message on standard output",
                    facts(
                            "lines",
                            stray.size(),
                            "first",
                            Words.bounded(stray.get(0).getMessage()))));
        }
        return steps;
    }

    /** Only where the process ended by itself. */
    static List<Step> end(Findings f) {
        ServerProcessEvent end = ProcessRules.ownEnd(f);
        if (end == null) return List.of();
        List<String> said = f.trail().all(ServerLogEvent.class).stream()
                .map(event -> Words.bounded(event.getLine()))
                .toList();
        Map<String, @Nullable Object> facts = facts(
                "exitCode",
                end.getExitCode(),
                "standardError",
                said.subList(Math.max(0, said.size() - MAX_LINES), said.size()));
        String how = end.getExitCode() == null ? "closed its output" : "ended with exit code " + end.getExitCode();
        return List.of(Step.failed("process", null, "the server " + how, facts));
    }
}
