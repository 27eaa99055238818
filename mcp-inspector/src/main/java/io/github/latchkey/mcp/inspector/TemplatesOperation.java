package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.ResourceTemplate;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code latchkey templates}: all resource templates of a server. */
@Command(
        name = "templates",
        description = "Lists the templates for URIs of resources.",
        footer = {"", "Examples:", "  latchkey templates everything"})
final class TemplatesOperation extends SessionOperation {
    @Override
    Outcome use(McpSessionFutures session, SessionReport report, Invocation invocation) {
        List<ResourceTemplate> found = invocation.await(session.listResourceTemplates());
        Page page = new Page().heading(Text.count(found.size(), "template"));
        for (ResourceTemplate each : found) {
            page.item(each.getUriTemplate(), "");
            page.description(each.getDescription() == null ? each.getDisplayName() : each.getDescription());
        }
        return Outcome.ok(
                Map.of(
                        "resourceTemplates",
                        found.stream().map(each -> RawJson.parse(each.toJson())).toList()),
                page);
    }
}
