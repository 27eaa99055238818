package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.test.LoopbackServer;
import io.github.latchkey.mcp.test.StdioMcpServer;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code latchkey replay}: the server of a recording. */
@Command(
        name = "replay",
        description = {
            "Serves what --trace has recorded as an MCP server on 127.0.0.1, until it is interrupted.",
            "The first line on standard output is its URL; with --json, the first on standard error."
        },
        footer = {
            "",
            "A request is answered as the same request was in the recording, whatever its id and _meta: repeated",
            "ones in the recorded order, and then with the last answer. With --stdio it is a server to be started,",
            "as in 'latchkey tools stdio: -- latchkey replay session.jsonl --stdio'.",
            "",
            "Examples:",
            "  latchkey replay session.jsonl --for 1m",
            "  latchkey replay session.jsonl --port 8080 --json"
        })
final class ReplayOperation extends Operation {
    @Parameters(index = "0", paramLabel = "FILE", description = "A file that --trace has written, of 32 MiB at most.")
    @SuppressWarnings("NullAway.Init") // required, so picocli sets it
    Path file;

    @Option(names = "--port", paramLabel = "PORT", description = "Listen on this port; by default on a free one.")
    @Nullable
    Integer port;

    @Option(names = "--for", paramLabel = "TIME", description = "End after this time: 500ms, 6s, 2m.")
    @Nullable
    Duration time;

    @Option(
            names = "--stdio",
            description = "Speak on standard input and output, as a stdio server, until the input ends.")
    boolean isStdio;

    @Override
    Outcome run(Invocation invocation) {
        if (isStdio && (port != null || time != null || invocation.isJson())) {
            throw new UsageException("--stdio excludes --port, --for and --json", "leave them out");
        }
        if (port != null && (port < 0 || port > 65535)) {
            throw new UsageException("there is no port " + port, "give one up to 65535, or 0 for a free one");
        }
        Console console = invocation.console();
        Replay replay = new Replay(RecordingReader.read(file), what -> console.printError("latchkey: " + what));
        return isStdio ? serveStreams(replay, console) : serveHttp(replay, invocation);
    }

    private static Outcome serveStreams(Replay replay, Console console) {
        StdioMcpServer.serve(replay.server(), console.input(), line -> console.printJson(RawJson.parse(line)));
        return Outcome.ok(Map.of(), List.of());
    }

    private Outcome serveHttp(Replay replay, Invocation invocation) {
        try (LoopbackServer loopback = listen(replay)) {
            String url = loopback.url() + "/mcp";
            if (invocation.isJson()) invocation.console().printError(url);
            else invocation.console().print(url);
            CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
            if (time != null) end.completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS);
            invocation.await(end);
            return outcome(url, replay);
        }
    }

    private LoopbackServer listen(Replay replay) {
        try {
            return LoopbackServer.startAt(port == null ? 0 : port, replay.server());
        } catch (BindException e) {
            throw new UsageException("port " + port + " is in use, or not allowed", "leave --port out for a free one");
        }
    }

    private static Outcome outcome(String url, Replay replay) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("url", url);
        result.put("requests", replay.requests());
        result.put("notRecorded", replay.unknown());
        String line = "answered " + Text.count(replay.requests(), "request") + ", " + replay.unknown()
                + " of them not recorded";
        return Outcome.ok(result, List.of(line));
    }
}
