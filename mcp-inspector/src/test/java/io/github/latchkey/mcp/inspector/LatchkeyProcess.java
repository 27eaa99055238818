package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.RawJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonPrimitive;

/** The command as people run it: a process of its own, from the runnable jar. */
final class LatchkeyProcess {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private final Process process;
    private final long start = System.nanoTime();
    private final CompletableFuture<String> out;
    private final CompletableFuture<String> err;

    private LatchkeyProcess(Process process) {
        this.process = process;
        this.out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
        this.err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
    }

    static Finished run(String... args) {
        return start(Map.of(), args).await();
    }

    static LatchkeyProcess start(Map<String, String> environment, String... args) {
        List<String> command = new ArrayList<>(List.of(
                JAVA,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-jar",
                Path.of("target", "latchkey.jar").toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        try {
            return new LatchkeyProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command for {@code --open-browser-command}: a browser whose person consents at once. */
    static String browserCommand() {
        return "'" + JAVA + "' -cp '" + Path.of("target", "test-classes").toAbsolutePath() + "' "
                + ConsentingBrowser.class.getName() + " %s";
    }

    /** What Ctrl-C does. */
    void interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }

    /** Waits for the end, half a minute at most. */
    Finished await() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("latchkey did not end");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new AssertionError("interrupted", e);
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        return new Finished(process.exitValue(), out.join(), err.join(), millis);
    }

    private static String read(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A run that has ended. */
    record Finished(int exitCode, String out, String err, long millis) {
        /** The members of the one JSON object on standard output. */
        Map<String, JsonElement> json() {
            assertEquals(1, out.lines().count(), this::toString);
            return Objects.requireNonNull(RawJson.parse(out).toObject());
        }

        /** The members of {@code error}, after a check of the envelope. */
        Map<String, JsonElement> error() {
            Map<String, JsonElement> envelope = json();
            assertEquals(
                    List.of("ok", "command", "elapsedMs", "error"), List.copyOf(envelope.keySet()), this::toString);
            assertEquals("false", String.valueOf(envelope.get("ok")));
            return object(envelope, "error");
        }

        /** The members of {@code result}, after a check of the envelope. */
        Map<String, JsonElement> result() {
            Map<String, JsonElement> envelope = json();
            assertEquals(
                    List.of("ok", "command", "elapsedMs", "result"), List.copyOf(envelope.keySet()), this::toString);
            assertEquals("true", String.valueOf(envelope.get("ok")));
            return object(envelope, "result");
        }

        Finished endsWith(int expected) {
            assertEquals(expected, exitCode, this::toString);
            assertTrue(!err.contains("\tat ") && !out.contains("\tat "), this::toString);
            return this;
        }
    }

    static Map<String, JsonElement> object(Map<String, JsonElement> parent, String member) {
        return Objects.requireNonNull(
                RawJson.of(Objects.requireNonNull(parent.get(member), member)).toObject(), member);
    }

    static String text(Map<String, JsonElement> parent, String member) {
        JsonElement value = Objects.requireNonNull(parent.get(member), member);
        return value instanceof JsonPrimitive primitive ? primitive.getContent() : value.toString();
    }
}
