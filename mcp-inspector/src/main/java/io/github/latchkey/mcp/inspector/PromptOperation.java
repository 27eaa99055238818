package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.GetPromptResult;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.PromptMessage;
import io.github.latchkey.mcp.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code latchkey prompt}: one prompt, filled in. */
@Command(
        name = "prompt",
        description = "Gets a prompt with its arguments filled in.",
        footer = {
            "",
            "Examples:",
            "  latchkey prompt everything simple-prompt",
            "  latchkey prompt everything args-prompt city=Bern"
        })
final class PromptOperation extends SessionOperation {
    @Parameters(index = "1", paramLabel = "NAME", description = "The name of the prompt.")
    @SuppressWarnings("NullAway.Init") // required, so picocli sets it
    String name;

    @Parameters(index = "2..*", arity = "0..*", paramLabel = "K=V", description = "Arguments of the prompt.")
    List<String> pairs = new ArrayList<>();

    private Map<String, String> arguments = Map.of();

    @Override
    void check() {
        arguments = ToolArguments.pairs(pairs, "the prompt");
    }

    @Override
    Outcome use(McpSessionFutures session, SessionReport report, Invocation invocation) {
        GetPromptResult result;
        try (ProgressDisplay progress = invocation.progressOf(name)) {
            result = invocation.await(session.getPrompt(name, arguments, progress.options()));
        }
        List<String> lines = new ArrayList<>();
        for (PromptMessage message : result.getMessages()) {
            lines.add(message.getRole() + ": " + Contents.line(message.getContent()));
        }
        return Outcome.ok(RawJson.parse(result.toJson()), lines);
    }
}
