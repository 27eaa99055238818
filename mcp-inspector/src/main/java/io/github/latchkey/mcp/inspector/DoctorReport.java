package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.inspector.doctor.Diagnosis;
import io.github.latchkey.mcp.inspector.doctor.Findings;
import io.github.latchkey.mcp.inspector.doctor.Step;
import io.github.latchkey.mcp.inspector.doctor.Verdict;
import io.github.latchkey.mcp.inspector.doctor.Walk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The diagnosis, for programs and for people. */
final class DoctorReport {
    private static final int WIDTH = 100;
    private static final String INDENT = "                  ";

    private DoctorReport() {}

    /** @param remedy a better one than that of the failure, for {@code error}; null for none */
    static Outcome of(Findings findings, @Nullable String remedy) {
        List<Step> steps = Walk.of(findings);
        Verdict verdict = Diagnosis.of(findings);
        McpException failure = findings.failure();
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("server", findings.subject().shown());
        result.put("steps", steps.stream().map(Step::toJson).toList());
        result.put("verdict", verdict.toJson());
        if (failure != null)
            result.put("error", Failure.of(failure).withRemedy(remedy).toJson());
        int exitCode = failure == null ? ExitCode.OK : ExitCode.of(failure.getCode());
        return new Outcome(result, lines(steps, verdict), exitCode);
    }

    private static List<String> lines(List<Step> steps, Verdict verdict) {
        List<String> lines = new ArrayList<>();
        for (Step step : steps) {
            String time = step.elapsedMs() == null ? "" : Text.millis(step.elapsedMs());
            String name = Text.padded(step.name().replace('_', ' '), 17);
            lines.add(step.outcome().mark() + " " + name + " " + Text.oneLine(step.summary(), 300)
                    + (time.isEmpty() ? "" : " (" + time + ")"));
            step.facts().forEach((key, value) -> lines.addAll(detail(step, key, value)));
        }
        lines.add("");
        lines.addAll(Text.wrapped(verdict.toText(), WIDTH));
        return lines;
    }

    /** What the summary has said already is not said again. */
    private static List<String> detail(Step step, String name, @Nullable Object value) {
        if (value == null || step.summary().contains(String.valueOf(value))) return List.of();
        List<String> lines = new ArrayList<>();
        if (value instanceof List<?> list) {
            if (list.isEmpty()) return List.of();
            if (list.stream().allMatch(String.class::isInstance)) {
                lines.add(INDENT + "  " + words(name) + ": "
                        + Text.oneLine(
                                String.join(
                                        ", ", list.stream().map(String::valueOf).toList()),
                                300));
            } else {
                for (Object each : list) lines.add(INDENT + "  " + words(name) + ": " + compact(each));
            }
        } else {
            lines.add(INDENT + "  " + words(name) + ": " + compact(value));
        }
        return lines;
    }

    private static String compact(Object value) {
        if (!(value instanceof Map<?, ?> map)) return Text.oneLine(String.valueOf(value), 300);
        List<String> members = new ArrayList<>();
        map.forEach((key, each) -> {
            if (each == null || (each instanceof List<?> list && list.isEmpty())) return;
            members.add(words(String.valueOf(key)) + " " + (each instanceof Map ? "(" + compact(each) + ")" : each));
        });
        return Text.oneLine(String.join(", ", members), 500);
    }

    /** {@code valid until} for {@code validUntil}. */
    private static String words(String name) {
        return name.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(java.util.Locale.ROOT);
    }
}
