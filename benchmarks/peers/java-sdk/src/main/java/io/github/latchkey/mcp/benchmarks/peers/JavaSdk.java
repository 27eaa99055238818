package io.github.latchkey.mcp.benchmarks.peers;

import io.github.latchkey.mcp.benchmarks.compare.AsyncClient;
import io.github.latchkey.mcp.benchmarks.compare.Client;
import io.github.latchkey.mcp.benchmarks.compare.Kind;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;

/** The official Java SDK as it comes: its asynchronous client on {@code java.net.http}. Its synchronous client is a wrapper of this. */
public final class JavaSdk implements AsyncClient {
    private final AtomicLong heard = new AtomicLong();
    private McpAsyncClient client;

    @Override
    public void open(String url) {
        URI uri = URI.create(url);
        client = McpClient.async(HttpClientStreamableHttpTransport.builder(url.replace(uri.getPath(), ""))
                        .endpoint(uri.getPath())
                        .build())
                .progressConsumer(progress -> Mono.fromRunnable(heard::incrementAndGet))
                .build();
        client.initialize().block();
    }

    @Override
    public CompletableFuture<Long> start(Kind kind) {
        return request(kind).toFuture();
    }

    @Override
    public long call(Kind kind) {
        return request(kind).block();
    }

    private Mono<Long> request(Kind kind) {
        return switch (kind) {
            case LIST_TOOLS -> client.listTools().map(result -> (long) result.tools().size());
            case CALL_WITH_PROGRESS -> callWithProgress(kind);
            default -> client.callTool(call(kind.text()).build()).map(JavaSdk::length);
        };
    }

    /** Notifications are for the client as a whole, and calls one after the other. */
    private Mono<Long> callWithProgress(Kind kind) {
        long before = heard.get();
        return client.callTool(call(kind.text()).progressToken("token").build()).map(result -> heard.get() - before);
    }

    private static CallToolRequest.Builder call(String text) {
        return CallToolRequest.builder(Client.TOOL).arguments(Map.of(Client.ARGUMENT, text));
    }

    private static long length(CallToolResult result) {
        return ((TextContent) result.content().get(0)).text().length();
    }

    @Override
    public void close() {
        client.closeGracefully().block();
    }
}
