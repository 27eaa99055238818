package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.RawJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
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
    private final BlockingQueue<String> errLines = new LinkedBlockingQueue<>();

    private LatchkeyProcess(Process process) {
        this.process = process;
        this.out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
        this.err = CompletableFuture.supplyAsync(() -> readLines(process.getErrorStream()));
    }

    static Finished run(String... args) {
        return start(Map.of(), args).await();
    }

    /** The command line of {@code latchkey} with {@code args}. */
    static List<String> command(String... args) {
        List<String> command = new ArrayList<>(List.of(
                JAVA,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-jar",
                Path.of("target", "latchkey.jar").toString()));
        command.addAll(List.of(args));
        return command;
    }

    static LatchkeyProcess start(Map<String, String> environment, String... args) {
        ProcessBuilder builder = new ProcessBuilder(command(args));
        // Never the sign-ins of whoever runs the tests.
        builder.environment()
                .put(
                        "XDG_STATE_HOME",
                        Path.of("target", "state", UUID.randomUUID().toString())
                                .toAbsolutePath()
                                .toString());
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

    /** The next line on standard error that begins with {@code start}, after white space. */
    String awaitErrorLine(String start) throws InterruptedException {
        while (true) {
            String line = errLines.poll(20, TimeUnit.SECONDS);
            if (line == null) throw new AssertionError("no line begins with " + start);
            if (line.strip().startsWith(start)) return line.strip();
        }
    }

    /** What a person enters. */
    void enter(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** What Ctrl-D does. */
    void enterNothingMore() throws IOException {
        process.getOutputStream().close();
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

    private String readLines(InputStream stream) {
        StringBuilder text = new StringBuilder();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                errLines.add(line);
                text.append(line).append('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
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
