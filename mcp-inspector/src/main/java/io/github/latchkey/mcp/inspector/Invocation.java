package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpEvents;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** One run of a command: who listens, and what has to end when the person interrupts it. */
final class Invocation implements AutoCloseable {
    private final Console console;
    private final OutputOptions output;
    private final @Nullable TraceFile trace;
    private final EventPrinter printer;
    private final List<String> command;
    private final List<Runnable> stops = new CopyOnWriteArrayList<>();

    /** @param command what stands behind {@code --}: the command of a server, or nothing */
    Invocation(Console console, OutputOptions output, List<String> command) {
        this.command = List.copyOf(command);
        this.console = console;
        this.output = output;
        this.trace = output.trace == null ? null : TraceFile.open(output.trace, console.redaction());
        this.printer = new EventPrinter(console, output.isVerbose);
    }

    Console console() {
        return console;
    }

    List<String> command() {
        return command;
    }

    boolean isJson() {
        return output.isJson;
    }

    /** Hears what the options ask to be told, after {@code first}. */
    McpEvents eventsAfter(McpEvents first) {
        return new EventListeners(trace == null ? List.of(first, printer) : List.of(first, printer, trace));
    }

    /** Shows how far the call of {@code name} is, as the options and the terminal have it. */
    ProgressDisplay progressOf(String name) {
        return new ProgressDisplay(console, name, isJson());
    }

    /** Has {@code stop} run if the person interrupts the command. */
    void onInterrupt(Runnable stop) {
        stops.add(0, stop);
    }

    /** Waits for {@code future}, which is cancelled on an interrupt, and throws what it failed with. */
    <T> T await(CompletableFuture<T> future) {
        Runnable cancel = () -> future.cancel(true);
        onInterrupt(cancel);
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            if (e.getCause() instanceof Error cause) throw cause;
            throw e;
        } finally {
            stops.remove(cancel);
        }
    }

    /** Ends what is running, newest first. */
    void stop() {
        stops.forEach(Runnable::run);
    }

    /** Keeps what {@code --trace} promises for a bug report. */
    void traceDefect(Throwable defect) {
        if (trace != null) trace.writeDefect(defect);
    }

    @Override
    public void close() {
        if (trace != null) trace.close();
    }
}
