package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.inspector.Terminal.Stream;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Finds the terminal of this process without native code. {@code System.console()} does not do: in Java 17 it is there only if
 * standard input and output both lead to a terminal, from Java 22 on it is always there, and it says nothing of standard error.
 */
final class TerminalDevice {
    private static final long PATIENCE_MILLIS = 1000;

    /** Ends with a bit for each stream that leads to a terminal. */
    private static final String TEST =
            "n=0; test -t 0 && n=1; test -t 1 && n=$((n+2)); test -t 2 && n=$((n+4)); exit $n";

    private final Map<Stream, Boolean> known = new EnumMap<>(Stream.class); // guarded by this

    /** On Linux one look at a link, a few microseconds; elsewhere a short-lived process for all streams. */
    synchronized boolean isTerminal(Stream stream) {
        Boolean isTerminal = known.get(stream);
        if (isTerminal != null) return isTerminal;
        Path link = Path.of("/proc/self/fd", String.valueOf(stream.descriptor()));
        if (Files.isSymbolicLink(link)) {
            known.put(stream, isTerminalName(target(link)));
        } else {
            Set<Stream> terminals = isWindows() ? ofConsole() : ofShell();
            for (Stream each : Stream.values()) known.put(each, terminals.contains(each));
        }
        return Boolean.TRUE.equals(known.get(stream));
    }

    /** What {@code stty} says; 0 if it does not know, or is not there. */
    int columns() {
        if (isWindows()) return 0;
        Redirect input = isTerminal(Stream.INPUT) ? Redirect.INHERIT : Redirect.from(new File("/dev/tty"));
        ProcessBuilder stty = new ProcessBuilder("stty", "size").redirectInput(input);
        String[] size = output(stty.redirectError(Redirect.DISCARD)).strip().split(" ", -1);
        return size.length == 2 && size[1].matches("[0-9]{1,4}") ? Integer.parseInt(size[1]) : 0;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    // /dev/pts/3, /dev/tty1, /dev/ttyS0, /dev/console; not /dev/ptmx, the other end.
    private static boolean isTerminalName(String device) {
        return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
    }

    @SuppressWarnings("SystemConsoleNull") // it is null before Java 22, and later it is asked
    private static Set<Stream> ofConsole() {
        // Java 22 has a console for pipes, too, and a method that tells; before, there is none.
        java.io.Console console = System.console();
        if (console == null) return EnumSet.noneOf(Stream.class);
        try {
            Object isTerminal = java.io.Console.class.getMethod("isTerminal").invoke(console);
            return Boolean.FALSE.equals(isTerminal) ? EnumSet.noneOf(Stream.class) : EnumSet.allOf(Stream.class);
        } catch (ReflectiveOperationException e) {
            return EnumSet.allOf(Stream.class);
        }
    }

    private static Set<Stream> ofShell() {
        int told = exitCode(new ProcessBuilder("/bin/sh", "-c", TEST).inheritIO());
        Set<Stream> terminals = EnumSet.noneOf(Stream.class);
        for (Stream stream : Stream.values()) {
            if (told > 0 && (told & 1 << stream.descriptor()) != 0) terminals.add(stream);
        }
        return terminals;
    }

    private static int exitCode(ProcessBuilder builder) {
        try {
            Process process = builder.start();
            if (process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) return process.exitValue();
            process.destroyForcibly();
            return -1;
        } catch (IOException e) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    /** The few bytes that a program prints at once; nothing if it fails. */
    private static String output(ProcessBuilder builder) {
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readNBytes(64), StandardCharsets.US_ASCII);
            if (!process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) process.destroyForcibly();
            return text;
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static boolean isWindows() {
        return File.separatorChar == '\\';
    }
}
