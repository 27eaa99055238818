package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.ResourceTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code latchkey templates}: all resource templates of a server. */
@Command(name = "templates", description = "Lists the templates for URIs of resources.")
final class TemplatesOperation extends SessionOperation {
    @Override
    Outcome use(McpSessionFutures session, SessionReport report, Invocation invocation) {
        List<ResourceTemplate> found = invocation.await(session.listResourceTemplates());
        List<String> lines = new ArrayList<>();
        lines.add(Text.count(found.size(), "template"));
        for (ResourceTemplate each : found) {
            lines.add("  " + each.getUriTemplate());
            lines.add("      "
                    + Text.firstLine(
                            each.getDescription() == null ? each.getDisplayName() : each.getDescription(), 110));
        }
        return Outcome.ok(
                Map.of(
                        "resourceTemplates",
                        found.stream().map(each -> RawJson.parse(each.toJson())).toList()),
                lines);
    }
}
