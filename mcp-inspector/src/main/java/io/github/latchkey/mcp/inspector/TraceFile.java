package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpEvent;
import io.github.latchkey.mcp.McpEvents;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes each event, messages included, as a line of JSON: {@code atMs}, {@code event}, and the fields of the event. {@link RecordingReader}
 * reads it. Thread-safe.
 */
final class TraceFile implements McpEvents, AutoCloseable {
    private final PrintStream out;
    private final Redaction redaction;
    private final long start = System.nanoTime();

    private TraceFile(PrintStream out, Redaction redaction) {
        this.out = out;
        this.redaction = redaction;
    }

    static TraceFile open(Path file, Redaction redaction) {
        try {
            return new TraceFile(new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8), redaction);
        } catch (IOException e) {
            throw new UsageException("the file of --trace cannot be written: " + file, "choose another one");
        }
    }

    @Override
    public boolean getWantsMessages() {
        return true;
    }

    @Override
    public void onEvent(McpEvent event) {
        write(event.getName(), event.getFields());
    }

    /** What a person who looks for the defect needs. */
    void writeDefect(Throwable defect) {
        StringWriter stack = new StringWriter();
        defect.printStackTrace(new PrintWriter(stack));
        write("defect", Map.of("stack", stack.toString()));
    }

    private void write(String name, Map<String, ? extends @Nullable Object> fields) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("atMs", (System.nanoTime() - start) / 1_000_000);
        line.put("event", name);
        line.putAll(fields);
        out.println(Json.write(line, redaction::apply));
    }

    @Override
    public void close() {
        out.close();
    }
}
