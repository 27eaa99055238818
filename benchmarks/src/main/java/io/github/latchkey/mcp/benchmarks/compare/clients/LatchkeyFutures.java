package io.github.latchkey.mcp.benchmarks.compare.clients;

import io.github.latchkey.mcp.McpClientFutures;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.RequestOptions;
import io.github.latchkey.mcp.benchmarks.compare.AsyncClient;
import io.github.latchkey.mcp.benchmarks.compare.Kind;
import io.github.latchkey.mcp.http.StreamableHttpTransport;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Latchkey for Java, on OkHttp, which is on the class path. */
public final class LatchkeyFutures implements AsyncClient {
    private McpSessionFutures session;

    @Override
    public void open(String url) throws Exception {
        session = McpClientFutures.connect(new StreamableHttpTransport(url)).get();
    }

    @Override
    public CompletableFuture<Long> start(Kind kind) {
        return switch (kind) {
            case LIST_TOOLS -> session.listTools().thenApply(tools -> (long) tools.size());
            case CALL_WITH_PROGRESS -> withProgress(kind);
            default ->
                session.callTool(TOOL, arguments(kind))
                        .thenApply(result -> (long) result.getText().length());
        };
    }

    private CompletableFuture<Long> withProgress(Kind kind) {
        AtomicLong heard = new AtomicLong();
        RequestOptions options = new RequestOptions.Builder()
                .onProgress(progress -> heard.incrementAndGet())
                .build();
        return session.callTool(TOOL, arguments(kind), options).thenApply(result -> heard.get());
    }

    private static Map<String, Object> arguments(Kind kind) {
        return Map.of(ARGUMENT, kind.text());
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
        }
    }
}
