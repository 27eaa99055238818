package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.CallToolResult;
import io.github.latchkey.mcp.ContentBlock;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code latchkey call}: one call of one tool. */
@Command(
        name = "call",
        description = "Calls a tool and prints its result.",
        footer = {
            "",
            "V is sent as text. Where it could also be JSON (42, true, [1,2]), the tools are listed first,",
            "and it is sent as JSON if the schema of the tool wants that type there."
        })
final class CallOperation extends SessionOperation {
    @Parameters(index = "1", paramLabel = "TOOL", description = "The name of the tool.")
    @SuppressWarnings("NullAway.Init") // required, so picocli sets it
    String tool;

    @Parameters(index = "2..*", arity = "0..*", paramLabel = "K=V", description = "Arguments of the tool.")
    List<String> pairs = new ArrayList<>();

    @Option(
            names = "--args",
            paramLabel = "JSON",
            description = "All arguments as a JSON object, or @FILE. K=V goes over them.")
    @Nullable
    String args;

    private ToolArguments arguments = ToolArguments.NONE;

    @Override
    void check() {
        arguments = ToolArguments.parse(pairs, args);
    }

    @Override
    Outcome use(McpSessionFutures session, SessionReport report, Invocation invocation) {
        ArgumentTypes types =
                arguments.needTypes() ? types(invocation.await(session.listTools())) : ArgumentTypes.UNKNOWN;
        CallToolResult result;
        try (ProgressDisplay progress = invocation.progressOf(tool)) {
            result = invocation.await(session.callTool(tool, arguments.typed(types), progress.options()));
        }
        return new Outcome(json(result), lines(result), result.isError() ? ExitCode.TOOL_ERROR : ExitCode.OK);
    }

    private ArgumentTypes types(List<Tool> tools) {
        return tools.stream()
                .filter(each -> each.getName().equals(tool))
                .map(each -> ArgumentTypes.of(each.getInputSchema()))
                .findFirst()
                .orElse(ArgumentTypes.UNKNOWN);
    }

    /** The result as the specification names it, with the two members spelt out that may be absent on the wire. */
    private static Map<String, Object> json(CallToolResult result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("content", List.of());
        json.put("isError", false);
        json.putAll(RawJson.parse(result.toJson()).toObject());
        return json;
    }

    private static List<String> lines(CallToolResult result) {
        List<String> lines = new ArrayList<>();
        if (result.isError()) lines.add("the tool reported an error:");
        for (ContentBlock block : result.getContent()) lines.add(Contents.line(block));
        RawJson structured = result.getStructuredContent();
        if (structured != null && result.getContent().isEmpty()) lines.add(structured.getText());
        return lines;
    }
}
