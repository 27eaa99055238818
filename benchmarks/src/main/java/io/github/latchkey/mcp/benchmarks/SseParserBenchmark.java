package io.github.latchkey.mcp.benchmarks;

import io.github.latchkey.mcp.http.internal.ServerSentEvent;
import io.github.latchkey.mcp.http.internal.SseParser;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Event streams that arrive in pieces of 8 KiB. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SseParserBenchmark {
    private static final int PIECE = 8 * 1024;

    private final byte[] thousandEvents =
            ("event: message\ndata: " + Texts.PROGRESS + "\n\n").repeat(1_000).getBytes(StandardCharsets.UTF_8);
    private final byte[] largeEvent =
            ("data: " + Texts.callResult("1", Texts.MEBIBYTE) + "\n\n").getBytes(StandardCharsets.UTF_8);
    private final byte[] piece = new byte[PIECE];

    @Benchmark
    public void thousandEvents(Blackhole blackhole) {
        parse(thousandEvents, blackhole);
    }

    @Benchmark
    public void eventOfOneMebibyte(Blackhole blackhole) {
        parse(largeEvent, blackhole);
    }

    private void parse(byte[] stream, Blackhole blackhole) {
        SseParser parser = new SseParser(16 * Texts.MEBIBYTE, "");
        for (int at = 0; at < stream.length; at += PIECE) {
            int count = Math.min(PIECE, stream.length - at);
            System.arraycopy(stream, at, piece, 0, count); // as a socket would
            parser.feed(piece, count);
            for (ServerSentEvent event = parser.next(); event != null; event = parser.next()) {
                blackhole.consume(event);
            }
        }
    }
}
