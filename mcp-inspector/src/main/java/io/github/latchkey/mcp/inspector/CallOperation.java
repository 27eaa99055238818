package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.CallToolResult;
import io.github.latchkey.mcp.JsonRpcError;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code latchkey call}: one call of one tool. */
@Command(
        name = "call",
        description = "Calls a tool and prints its result.",
        footer = {
            "",
            "The tools are listed first, and nothing is sent if the arguments do not fit the schema of the tool.",
            "V is sent as text, unless it is JSON (42, true, [1,2]) of the type that the schema wants there.",
            "",
            "Examples:",
            "  latchkey call everything echo message=hello",
            "  latchkey call everything get-sum a=2 b=40 --json",
            "  latchkey call everything get-sum --args '{\"a\": 2, \"b\": 40}'",
            "  latchkey call everything get-tiny-image --out logo.png --overwrite"
        })
final class CallOperation extends SessionOperation {
    // JSON-RPC 2.0, section 5.1
    private static final int INVALID_PARAMS = -32602;
    private static final int METHOD_NOT_FOUND = -32601;

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

    @Option(
            names = "--force",
            description = "Call a tool that is not listed, and send arguments that do not fit, as they are.")
    boolean isForced;

    @Mixin
    final OutOptions out = new OutOptions();

    private ToolArguments arguments = ToolArguments.NONE;

    @Override
    void check() {
        arguments = ToolArguments.parse(pairs, args);
        out.check();
    }

    @Override
    Outcome use(McpSessionFutures session, SessionReport report, Invocation invocation) {
        Map<String, @Nullable Object> sent = isForced ? forced(session, invocation) : checked(session, invocation);
        try (ProgressDisplay progress = invocation.progressOf(tool)) {
            return outcome(invocation.await(session.callTool(tool, sent, progress.options())));
        }
    }

    @Override
    @Nullable
    String remedy(McpException failure) {
        JsonRpcError error = failure.getJsonRpcError();
        boolean isRefused = error != null && (error.getCode() == INVALID_PARAMS || error.getCode() == METHOD_NOT_FOUND);
        if (!isRefused) return super.remedy(failure);
        if (isForced) return "see with 'latchkey tools' what the server lists";
        return "the server's list allows this call: if the list has changed since, run it again, else tell its maintainers";
    }

    private Map<String, @Nullable Object> checked(McpSessionFutures session, Invocation invocation) {
        return new CheckedCall(tool, invocation.await(session.listTools()), invocation).arguments(arguments);
    }

    /** The tools are still asked for what a value is meant to be, but only if it could be two things. */
    private Map<String, @Nullable Object> forced(McpSessionFutures session, Invocation invocation) {
        return arguments.typed(
                arguments.needTypes() ? types(invocation.await(session.listTools())) : ArgumentTypes.UNKNOWN);
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

    private Outcome outcome(CallToolResult result) {
        Map<String, Object> json = json(result);
        Page page = new Page();
        if (result.isError()) page.add(Line.of(Ink.BAD, "the tool reported an error:"));
        if (out.isGiven() && !result.isError()) json.put("savedTo", out.write(ResultParts.toKeep(result, page), page));
        else ResultParts.show(result, page);
        return new Outcome(json, page, result.isError() ? ExitCode.TOOL_ERROR : ExitCode.OK);
    }
}
