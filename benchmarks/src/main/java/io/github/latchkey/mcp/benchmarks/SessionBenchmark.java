package io.github.latchkey.mcp.benchmarks;

import io.github.latchkey.mcp.CallToolResult;
import io.github.latchkey.mcp.McpClientFutures;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.RequestOptions;
import io.github.latchkey.mcp.Tool;
import io.github.latchkey.mcp.transport.InMemoryTransport;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Whole calls through a session for Java, with a server in the same process that answers with text. The text is parsed, so what
 * is left out of a real call is the socket, HTTP and the event stream.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SessionBenchmark {
    private static final Map<String, Object> ARGUMENTS = Map.of("text", "hello");

    private McpSessionFutures session;

    @Setup
    public void connect() {
        session = McpClientFutures.connect(new InMemoryTransport(new TextServer()))
                .join();
    }

    @TearDown
    public void close() {
        session.close();
    }

    @Benchmark
    public CallToolResult smallCall() {
        return session.callTool("small", ARGUMENTS).join();
    }

    @Benchmark
    public CallToolResult resultOfOneMebibyte() {
        return session.callTool("large", ARGUMENTS).join();
    }

    @Benchmark
    public CallToolResult thousandNotifications(Blackhole blackhole) {
        RequestOptions options =
                new RequestOptions.Builder().onProgress(blackhole::consume).build();
        return session.callTool("noisy", ARGUMENTS, options).join();
    }

    @Benchmark
    public List<Tool> thousandTools() {
        return session.listTools().join();
    }
}
