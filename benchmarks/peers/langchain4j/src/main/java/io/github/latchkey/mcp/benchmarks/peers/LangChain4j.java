package io.github.latchkey.mcp.benchmarks.peers;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.transport.http.StreamableHttpMcpTransport;
import io.github.latchkey.mcp.benchmarks.compare.Client;
import io.github.latchkey.mcp.benchmarks.compare.Kind;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** The MCP client of LangChain4j, on {@code java.net.http}. It blocks; lists of tools are not kept, so that each is one. */
public final class LangChain4j implements Client {
    private final AtomicLong heard = new AtomicLong();
    private McpClient client;

    @Override
    public void open(String url) {
        client = DefaultMcpClient.builder()
                .transport(StreamableHttpMcpTransport.builder().url(url).build())
                .cacheToolList(false)
                .progressHandler(progress -> heard.incrementAndGet())
                .build();
    }

    @Override
    public long call(Kind kind) {
        return switch (kind) {
            case LIST_TOOLS -> client.listTools().size();
            case CALL_WITH_PROGRESS -> callWithProgress(kind);
            default -> execute(kind).length();
        };
    }

    private long callWithProgress(Kind kind) {
        long before = heard.get();
        execute(kind);
        return heard.get() - before;
    }

    /** Arguments are JSON, which an LLM has written: the time to make it is not the client's. */
    private String execute(Kind kind) {
        ToolExecutionRequest request = ToolExecutionRequest.builder()
                .name(TOOL)
                .arguments("{\"" + ARGUMENT + "\":\"" + kind.text().replace("\n", "\\n") + "\"}")
                .build();
        return client.executeTool(request).resultText();
    }

    @Override
    public void close() throws IOException {
        if (client == null) {
            return;
        }
        try {
            client.close();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
