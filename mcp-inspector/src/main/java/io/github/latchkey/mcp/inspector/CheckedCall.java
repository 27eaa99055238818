package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.Tool;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the mistakes in a call before it is sent: a tool that is not there, arguments that do not fit. */
final class CheckedCall {
    private final String tool;
    private final List<Tool> tools;
    private final Invocation invocation;

    CheckedCall(String tool, List<Tool> tools, Invocation invocation) {
        this.tool = tool;
        this.tools = tools;
        this.invocation = invocation;
    }

    /** What the schema of the tool makes of {@code arguments}. Throws {@link UsageException} that names every mistake. */
    Map<String, @Nullable Object> arguments(ToolArguments arguments) {
        Tool found = find();
        Map<String, @Nullable Object> typed = arguments.typed(ArgumentTypes.of(found.getInputSchema()));
        List<String> problems = problems(found, typed);
        if (problems.isEmpty()) return typed;
        throw new UsageException(
                "the arguments do not fit the tool '" + tool + "': " + String.join("; ", problems),
                "it is " + tool + Signature.of(found) + "; --force sends them as they are",
                Map.of("problems", problems));
    }

    private Tool find() {
        for (Tool each : tools) {
            if (each.getName().equals(tool)) return each;
        }
        List<String> names = tools.stream().map(Tool::getName).toList();
        throw new UsageException(
                "the server lists no tool '" + tool + "'",
                Nearest.question(Nearest.to(tool, names)) + "'latchkey tools' lists them; --force calls it anyway");
    }

    private List<String> problems(Tool found, Map<String, @Nullable Object> typed) {
        try {
            return ArgumentProblems.find(found.getInputSchema(), typed);
        } catch (IllegalArgumentException e) {
            // The server's mistake, and perhaps none to the server.
            invocation
                    .console()
                    .printError("latchkey: the arguments are not checked, the schema of the tool cannot be used: "
                            + Text.oneLine(String.valueOf(e.getMessage()), 200));
            return List.of();
        }
    }
}
