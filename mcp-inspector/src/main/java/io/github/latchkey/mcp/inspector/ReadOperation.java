package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.ReadResourceResult;
import io.github.latchkey.mcp.ResourceContents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code latchkey read}: the contents of one resource. */
@Command(name = "read", description = "Reads a resource and prints it.")
final class ReadOperation extends SessionOperation {
    @Parameters(index = "1", paramLabel = "URI", description = "The URI of the resource.")
    @SuppressWarnings("NullAway.Init") // required, so picocli sets it
    String uri;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the contents to FILE, which must not exist, instead of printing them.")
    @Nullable
    Path out;

    @Override
    void check() {
        if (out != null && Files.exists(out)) throw new UsageException("the file of --out exists", "name another");
    }

    @Override
    Outcome use(McpSessionFutures session, SessionReport report, Invocation invocation) {
        ReadResourceResult result;
        try (ProgressDisplay progress = invocation.progressOf(uri)) {
            result = invocation.await(session.readResource(uri, progress.options()));
        }
        List<String> lines = out == null ? shown(result) : List.of(written(result, out));
        return Outcome.ok(RawJson.parse(result.toJson()), lines);
    }

    private static List<String> shown(ReadResourceResult result) {
        List<String> lines = new ArrayList<>();
        for (ResourceContents contents : result.getContents()) lines.add(Contents.line(contents));
        return lines;
    }

    private static String written(ReadResourceResult result, Path file) {
        if (result.getContents().size() != 1) {
            throw new UsageException(
                    "the resource has " + Text.count(result.getContents().size(), "part") + ", and a file takes one",
                    "leave out --out to see them");
        }
        byte[] bytes = bytes(result.getContents().get(0));
        try {
            Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw new UsageException("the file of --out cannot be written", "check its folder");
        }
        return Text.count(bytes.length, "byte") + " written to " + file;
    }

    private static byte[] bytes(ResourceContents contents) {
        if (contents.getText() != null) return contents.getText().getBytes(StandardCharsets.UTF_8);
        String blob = contents.getBlob();
        try {
            return Base64.getDecoder().decode(blob == null ? "" : blob);
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "the server's contents are no Base64", "leave out --out, and see them with --json");
        }
    }
}
