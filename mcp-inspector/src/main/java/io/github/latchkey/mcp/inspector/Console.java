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
    private final Terminal terminal;
    private final Redaction redaction = new Redaction();

    Console(PrintStream out, PrintStream err, Environment environment) {
        this(out, err, Reader.nullReader(), environment, Terminal.none());
    }

    Console(PrintStream out, PrintStream err, Reader input, Environment environment, Terminal terminal) {
        this.out = out;
        this.err = err;
        this.input = new BufferedReader(input);
        this.environment = environment;
        this.terminal = terminal;
    }

    /** The console of this process. Always UTF-8, as JSON has to be. */
    static Console ofProcess() {
        Reader input = new InputStreamReader(System.in, StandardCharsets.UTF_8);
        return new Console(
                utf8(FileDescriptor.out), utf8(FileDescriptor.err), input, System::getenv, Terminal.ofProcess());
    }

    /** Hides secrets; shared with everything that writes elsewhere. */
    Redaction redaction() {
        return redaction;
    }

    @Nullable
    String environmentVariable(String name) {
        return environment.get(name);
    }

    /** Who is at the other ends of the streams, and what it can show. */
    Terminal terminal() {
        return terminal;
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

    /** Text of this program itself, which may have colours. */
    void printOwn(String text) {
        out.println(text);
        out.flush();
    }

    /** One line on standard error. */
    void printError(String line) {
        err.println(shown(line));
        err.flush();
    }

    /** Lines for the person at the terminal, as its terminal can show them. */
    void print(Page page) {
        write(page, Terminal.Stream.OUTPUT, out);
    }

    /** The same, on standard error. */
    void printError(Page page) {
        write(page, Terminal.Stream.ERROR, err);
    }

    /** The one JSON object of {@code --json}. */
    void printJson(Object value) {
        out.println(Json.write(value, redaction::apply));
        out.flush();
    }

    private void write(Page page, Terminal.Stream stream, PrintStream to) {
        Paper paper = Paper.of(terminal, stream);
        for (Line line : page.lines()) {
            String picture = stream == Terminal.Stream.OUTPUT ? picture(line) : null;
            to.println(picture == null ? paper.write(line.map(this::shown)) : picture);
        }
        to.flush();
    }

    private @Nullable String picture(Line line) {
        return line.picture() == null ? null : InlineImage.sequence(line.picture(), terminal.images());
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
