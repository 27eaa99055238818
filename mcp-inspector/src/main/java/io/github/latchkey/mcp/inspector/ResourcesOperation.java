package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code latchkey resources}: all resources of a server. */
@Command(name = "resources", description = "Lists the resources of a server.")
final class ResourcesOperation extends SessionOperation {
    @Override
    Outcome use(McpSessionFutures session, SessionReport report, Invocation invocation) {
        List<Resource> found = invocation.await(session.listResources());
        List<String> lines = new ArrayList<>();
        lines.add(Text.count(found.size(), "resource"));
        for (Resource each : found) {
            String mimeType = each.getMimeType() == null ? "" : "  " + each.getMimeType();
            lines.add("  " + each.getUri() + mimeType);
            lines.add("      "
                    + Text.firstLine(
                            each.getDescription() == null ? each.getDisplayName() : each.getDescription(), 110));
        }
        return Outcome.ok(
                Map.of(
                        "resources",
                        found.stream().map(each -> RawJson.parse(each.toJson())).toList()),
                lines);
    }
}
