package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.ReadResourceResult;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code latchkey read}: the contents of one resource. */
@Command(
        name = "read",
        description = "Reads a resource and prints it.",
        footer = {
            "",
            "Examples:",
            "  latchkey read everything demo://resource/static/document/features.md",
            "  latchkey read everything demo://resource/dynamic/blob/1 --out blob.bin --overwrite"
        })
final class ReadOperation extends SessionOperation {
    @Parameters(index = "1", paramLabel = "URI", description = "The URI of the resource.")
    @SuppressWarnings("NullAway.Init") // required, so picocli sets it
    String uri;

    @Mixin
    final OutOptions out = new OutOptions();

    @Override
    void check() {
        out.check();
    }

    @Override
    Outcome use(McpSessionFutures session, SessionReport report, Invocation invocation) {
        ReadResourceResult result;
        try (ProgressDisplay progress = invocation.progressOf(uri)) {
            result = invocation.await(session.readResource(uri, progress.options()));
        }
        Map<String, Object> json =
                new LinkedHashMap<>(RawJson.parse(result.toJson()).toObject());
        Page page = new Page();
        if (out.isGiven()) {
            json.put(
                    "savedTo",
                    out.write(result.getContents().stream().map(Blob::of).toList(), page));
        } else {
            result.getContents().forEach(contents -> Contents.show(contents, page));
        }
        return Outcome.ok(json, page);
    }
}
