package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.pty4j.PtyProcess;
import com.pty4j.PtyProcessBuilder;
import com.pty4j.WinSize;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The command in a terminal, below a shell that stays there when it ends. What the person sees is read, and keys are typed. */
final class LatchkeyTerminal implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    // The trap keeps the shell alive through Ctrl-C; the command itself gets the signal as usual.
    private static final String SCRIPT =
            "trap : INT; stty cols 100 rows 30; stty -g; \"$@\"; echo \"[exit $?]\"; stty -g; echo '[end]'";

    private final PtyProcess process;
    // Both guarded by this.
    private final StringBuilder screen = new StringBuilder();
    private boolean hasEnded;
    private int seen;

    private LatchkeyTerminal(PtyProcess process) {
        this.process = process;
        Thread reader = new Thread(this::read, "terminal");
        reader.setDaemon(true);
        reader.start();
    }

    /** Skips the test where there is no terminal to be had. */
    static LatchkeyTerminal start(String... args) {
        return shell(SCRIPT, args);
    }

    /** The same with the result in a file, as after {@code > FILE}. */
    static LatchkeyTerminal startInto(Path file, String... args) {
        return shell(SCRIPT.replace("\"$@\";", "\"$@\" > '" + file + "';"), args);
    }

    private static LatchkeyTerminal shell(String script, String... args) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
        command.addAll(LatchkeyProcess.command(args));
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("TERM", "xterm");
        environment.put("NO_COLOR", "1");
        environment.put(
                "XDG_STATE_HOME",
                Path.of("target", "state", UUID.randomUUID().toString())
                        .toAbsolutePath()
                        .toString());
        try {
            PtyProcess process = new PtyProcessBuilder(command.toArray(String[]::new))
                    .setDirectory(Path.of("").toAbsolutePath().toString())
                    .setEnvironment(environment)
                    .start();
            process.setWinSize(new WinSize(100, 30));
            return new LatchkeyTerminal(process);
        } catch (IOException | UnsatisfiedLinkError e) {
            NodePackages.unavailable("no pseudo-terminal: " + e);
            throw new AssertionError(e);
        }
    }

    /** Waits until {@code text} appears behind what was awaited before, and returns everything from there to its end. */
    synchronized String await(String text) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (screen.indexOf(text, seen) < 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            assertTrue(left > 0 && !hasEnded, () -> "'" + text + "' does not appear in:\n" + screen);
            try {
                wait(left);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
        int end = screen.indexOf(text, seen) + text.length();
        String part = screen.substring(seen, end);
        seen = end;
        return part;
    }

    /** Types {@code line} and Enter. */
    void enter(String line) {
        type(line + "\r");
    }

    void pressControl(char letter) {
        type(String.valueOf((char) (letter - 'A' + 1)));
    }

    /** Waits for the end of the command; returns all that was shown since the last wait. The terminal has to be as it was. */
    String awaitExit(int code) {
        String last = await("[exit " + code + "]");
        await("[end]");
        String all = all();
        // What is left of the last line is from the shell alone.
        assertTrue(last.endsWith("\n[exit " + code + "]"), all);
        assertFalse(all.contains("\u001b[?25l"), () -> "the cursor is hidden: " + all);
        Matcher settings = Pattern.compile("(?m)^[0-9a-f]+(:[0-9a-f]+){10,}").matcher(all);
        List<String> found = new ArrayList<>();
        while (settings.find()) found.add(settings.group());
        assertEquals(2, found.size(), all);
        assertEquals(found.get(0), found.get(1), "stty");
        assertFalse(all.contains("\tat "), all);
        return last;
    }

    private synchronized String all() {
        return screen.toString();
    }

    private void type(String keys) {
        try {
            process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        char[] buffer = new char[4096];
        try (Reader output = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            for (int count = output.read(buffer); count >= 0; count = output.read(buffer)) {
                add(new String(buffer, 0, count));
            }
        } catch (IOException e) {
            add("[" + e + "]");
        }
        end();
    }

    private synchronized void add(String text) {
        screen.append(text);
        // A terminal ends its lines with both, which may come one by one.
        for (int at = screen.indexOf("\r\n", seen); at >= 0; at = screen.indexOf("\r\n", at)) screen.deleteCharAt(at);
        notifyAll();
    }

    private synchronized void end() {
        hasEnded = true;
        notifyAll();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
