package io.github.latchkey.mcp.inspector;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Where the command reads its environment and writes its output. Nothing else in the inspector prints. */
final class Console {
    private final PrintStream out;
    private final PrintStream err;
    private final BufferedReader input;
    private final Environment environment;
    private final Redaction redaction = new Redaction();

    Console(PrintStream out, PrintStream err, Environment environment) {
        this(out, err, Reader.nullReader(), environment);
    }

    Console(PrintStream out, PrintStream err, Reader input, Environment environment) {
        this.out = out;
        this.err = err;
        this.input = new BufferedReader(input);
        this.environment = environment;
    }

    /** The console of this process. Always UTF-8, as JSON has to be. */
    static Console ofProcess() {
        Reader input = new InputStreamReader(System.in, StandardCharsets.UTF_8);
        return new Console(utf8(FileDescriptor.out), utf8(FileDescriptor.err), input, System::getenv);
    }

    /** Hides secrets; shared with everything that writes elsewhere. */
    Redaction redaction() {
        return redaction;
    }

    @Nullable
    String environmentVariable(String name) {
        return environment.get(name);
    }

    /** What the person enters. */
    BufferedReader input() {
        return input;
    }

    /** One line for the person at the terminal. */
    void print(String line) {
        out.println(shown(line));
        out.flush();
    }

    /** One line on standard error. */
    void printError(String line) {
        err.println(shown(line));
        err.flush();
    }

    /** The one JSON object of {@code --json}. */
    void printJson(Object value) {
        out.println(Json.write(value, redaction::apply));
        out.flush();
    }

    private String shown(String line) {
        return Text.printable(redaction.apply(line));
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }

    /** {@link System#getenv(String)}, or a test's own. */
    interface Environment {
        @Nullable
        String get(String name);
    }
}
