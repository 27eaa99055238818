package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.Resource;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code latchkey resources}: all resources of a server. */
@Command(
        name = "resources",
        description = "Lists the resources of a server.",
        footer = {"", "Examples:", "  latchkey resources everything", "  latchkey resources everything --json"})
final class ResourcesOperation extends SessionOperation {
    @Override
    Outcome use(McpSessionFutures session, SessionReport report, Invocation invocation) {
        List<Resource> found = invocation.await(session.listResources());
        Page page = new Page().heading(Text.count(found.size(), "resource"));
        for (Resource each : found) {
            String mimeType = each.getMimeType() == null ? "" : "  " + each.getMimeType();
            page.item(each.getUri(), mimeType);
            page.description(each.getDescription() == null ? each.getDisplayName() : each.getDescription());
        }
        return Outcome.ok(
                Map.of(
                        "resources",
                        found.stream().map(each -> RawJson.parse(each.toJson())).toList()),
                page);
    }
}
