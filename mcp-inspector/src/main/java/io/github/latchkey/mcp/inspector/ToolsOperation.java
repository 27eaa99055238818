package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.Tool;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code latchkey tools}: all tools of a server. */
@Command(
        name = "tools",
        description = "Lists the tools of a server.",
        footer = {
            "",
            "Examples:",
            "  latchkey tools everything",
            "  latchkey tools everything --json | jq -r '.result.tools[].name'",
            "  latchkey tools https://mcp.example.com/mcp --header X-Tenant=blue"
        })
final class ToolsOperation extends SessionOperation {
    @Override
    Outcome use(McpSessionFutures session, SessionReport report, Invocation invocation) {
        List<Tool> tools = invocation.await(session.listTools());
        List<RawJson> shown =
                tools.stream().map(tool -> RawJson.parse(tool.toJson())).toList();
        Page page = new Page().heading(Text.count(tools.size(), "tool"));
        for (Tool tool : tools) {
            page.item(tool.getName(), Signature.of(tool));
            if (tool.getDescription() != null) page.description(tool.getDescription());
        }
        return Outcome.ok(Map.of("tools", shown), page);
    }
}
