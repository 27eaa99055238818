package io.github.latchkey.mcp.benchmarks;

import io.github.latchkey.mcp.JsonRpcMessage;
import io.github.latchkey.mcp.JsonRpcRequest;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.RequestId;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Messages to and from text. What is in a result is not decoded here. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class JsonRpcBenchmark {
    private final String small = Texts.callResult("1", 64);
    private final String large = Texts.callResult("1", Texts.MEBIBYTE);
    private final JsonRpcRequest smallRequest = request(64);
    private final JsonRpcRequest largeRequest = request(Texts.MEBIBYTE);

    private static JsonRpcRequest request(int length) {
        RawJson params = RawJson.parse("{\"name\":\"echo\",\"arguments\":{\"text\":\"" + Texts.text(length) + "\"}}");
        return new JsonRpcRequest(RequestId.of(1), "tools/call", params);
    }

    @Benchmark
    public JsonRpcMessage parseSmall() {
        return JsonRpcMessage.parse(small);
    }

    @Benchmark
    public JsonRpcMessage parseOneMebibyte() {
        return JsonRpcMessage.parse(large);
    }

    @Benchmark
    public JsonRpcMessage parseNotification() {
        return JsonRpcMessage.parse(Texts.PROGRESS);
    }

    @Benchmark
    public byte[] encodeSmall() {
        return smallRequest.encodeToByteArray();
    }

    @Benchmark
    public byte[] encodeOneMebibyte() {
        return largeRequest.encodeToByteArray();
    }
}
