package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.Prompt;
import io.github.latchkey.mcp.RawJson;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code latchkey prompts}: all prompts of a server. */
@Command(
        name = "prompts",
        description = "Lists the prompts of a server.",
        footer = {"", "Examples:", "  latchkey prompts everything", "  latchkey prompts everything --json"})
final class PromptsOperation extends SessionOperation {
    @Override
    Outcome use(McpSessionFutures session, SessionReport report, Invocation invocation) {
        List<Prompt> found = invocation.await(session.listPrompts());
        Page page = new Page().heading(Text.count(found.size(), "prompt"));
        for (Prompt each : found) {
            String arguments = each.getArguments().stream()
                    .map(argument -> argument.getName() + (argument.getRequired() ? "" : "?"))
                    .collect(Collectors.joining(", ", "(", ")"));
            page.item(each.getName(), arguments);
            if (each.getDescription() != null) page.description(each.getDescription());
        }
        return Outcome.ok(
                Map.of(
                        "prompts",
                        found.stream().map(each -> RawJson.parse(each.toJson())).toList()),
                page);
    }
}
