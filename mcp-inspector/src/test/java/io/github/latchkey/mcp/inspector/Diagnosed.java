package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.inspector.doctor.Cause;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kotlinx.serialization.json.JsonElement;

/** What {@code latchkey doctor} said, run in this process. */
record Diagnosed(int exitCode, String out, String err) {
    /** With {@code --json}. */
    static Diagnosed json(String... args) {
        return unattended(List.of("doctor", "--json"), args);
    }

    /** As a person sees it. */
    static Diagnosed text(String... args) {
        return unattended(List.of("doctor"), args);
    }

    private static Diagnosed unattended(List<String> first, String... args) {
        List<String> all = new ArrayList<>(first);
        addStore(all, List.of(args));
        all.addAll(List.of(args));
        return run(Reader.nullReader(), new ByteArrayOutputStream(), all);
    }

    /** Nothing is stored unless the arguments say where; a token of the options has no store. */
    private static void addStore(List<String> all, List<String> args) {
        if (!args.contains("--store") && !args.contains("--bearer")) all.addAll(List.of("--store", "none"));
    }

    /** With {@code --login}, and a person who consents at once and pastes back the address. */
    static Diagnosed login(String... args) {
        List<String> all = new ArrayList<>(List.of("doctor", "--login", "--no-browser"));
        addStore(all, List.of(args));
        all.addAll(List.of(args));
        if (!all.contains("--text")) all.add("--json");
        all.remove("--text");
        try (PipedWriter person = new PipedWriter()) {
            return run(new PipedReader(person, 1 << 16), new Consenting(person), all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Diagnosed run(Reader input, ByteArrayOutputStream err, List<String> args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Console console = new Console(stream(out), stream(err), input, name -> null, Terminal.none());
        int exitCode = new Program(console, Program.operations()).run(args.toArray(String[]::new));
        return new Diagnosed(exitCode, text(out), text(err));
    }

    /** Checks the verdict and the exit code, and that the text is fit for people. */
    Diagnosed says(Cause cause, int expectedExitCode) {
        assertEquals(cause.id(), verdict("cause"), this::toString);
        assertEquals(expectedExitCode, exitCode, this::toString);
        assertTrue(!verdict("message").isBlank() && !verdict("remedy").isBlank(), this::toString);
        assertFalse(verdict("message").contains("null") || out.contains("Exception:"), this::toString);
        return this;
    }

    String verdict(String member) {
        return LatchkeyProcess.text(LatchkeyProcess.object(result(), "verdict"), member);
    }

    Map<String, JsonElement> result() {
        assertEquals(1, out.lines().count(), this::toString);
        Map<String, JsonElement> envelope =
                Objects.requireNonNull(RawJson.parse(out).toObject());
        assertEquals("true", String.valueOf(envelope.get("ok")), this::toString);
        return LatchkeyProcess.object(envelope, "result");
    }

    /** All steps of that name, as they are in JSON. */
    List<Map<String, JsonElement>> steps(String name) {
        List<Map<String, JsonElement>> found = new ArrayList<>();
        for (JsonElement each : (kotlinx.serialization.json.JsonArray) Objects.requireNonNull(result().get("steps"))) {
            Map<String, JsonElement> step =
                    Objects.requireNonNull(RawJson.of(each).toObject());
            if (LatchkeyProcess.text(step, "name").equals(name)) found.add(step);
        }
        return found;
    }

    /** The one step of that name. */
    Map<String, JsonElement> step(String name) {
        List<Map<String, JsonElement>> found = steps(name);
        assertEquals(1, found.size(), () -> name + " in " + this);
        return found.get(0);
    }

    String outcome(String name) {
        return LatchkeyProcess.text(step(name), "outcome");
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Standard error, as somebody reads it who is asked to open an address. */
    private static final class Consenting extends ByteArrayOutputStream {
        private final PipedWriter answer;
        private int lines;

        Consenting(PipedWriter answer) {
            this.answer = answer;
        }

        @Override
        public synchronized void flush() throws IOException {
            List<String> all = toString(StandardCharsets.UTF_8).lines().toList();
            for (; lines < all.size(); lines++) {
                String line = all.get(lines).strip();
                if (!line.startsWith("http") || !line.contains("code_challenge=")) continue;
                answer.write(SignInIT.locationOf(line) + "\n");
                answer.flush();
            }
        }
    }
}
