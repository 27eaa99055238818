package io.github.latchkey.mcp.inspector;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where the command reads its environment and writes its output. Nothing else in the inspector prints. */
final class Console {
    private final PrintStream out;
    private final PrintStream err;
    private final ErrorLines errorLines;
    private final InputLines input;
    private final Environment environment;
    private final Terminal terminal;
    private final Redaction redaction = new Redaction();

    Console(PrintStream out, PrintStream err, Environment environment) {
        this(out, err, Reader.nullReader(), environment, Terminal.none());
    }

    Console(PrintStream out, PrintStream err, Reader input, Environment environment, Terminal terminal) {
        this.out = out;
        this.err = err;
        this.errorLines = new ErrorLines(err);
        this.input = new InputLines(input);
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

    /** The line that the person enters next; null at the end of the input. */
    CompletableFuture<@Nullable String> readLine() {
        return input.next();
    }

    /** Standard input, for a command that has it for itself. */
    BufferedReader input() {
        return input.reader();
    }

    /** Leaves the cursor on standard error behind {@code prompt}, until {@link #answered}. */
    void ask(String prompt) {
        errorLines.ask(shown(prompt));
    }

    /** The question is over; {@code hasEntered} says whether that has ended its line. */
    void answered(boolean hasEntered) {
        errorLines.answered(hasEntered);
    }

    /** The question is over without an answer, as {@code line} tells. */
    void withdrawn(String line) {
        errorLines.withdrawn(shown(line));
    }

    /** Shows {@code text} below everything on standard error, until another replaces it; nothing if it is empty. For a terminal. */
    void status(String text) {
        errorLines.status(Cells.cut(shown(text).replace('\n', ' ').replace('\t', ' '), terminal.columns() - 1));
    }

    /** Leaves the terminal as a shell wants to find it. */
    void end(boolean isInterrupted) {
        errorLines.end(isInterrupted && terminal.isPerson(Terminal.Stream.ERROR));
    }

    /** One line for the person at the terminal. */
    void print(String line) {
        toOutput(() -> out.println(shown(line)));
    }

    /** Text of this program itself, which may have colours. */
    void printOwn(String text) {
        out.println(text);
        out.flush();
    }

    /** One line on standard error. */
    void printError(String line) {
        errorLines.print(shown(line));
    }

    /** Lines for the person at the terminal, as its terminal can show them. */
    void print(Page page) {
        toOutput(() -> write(page, Terminal.Stream.OUTPUT, out));
    }

    /** The same, on standard error. */
    void printError(Page page) {
        errorLines.aside(() -> write(page, Terminal.Stream.ERROR, err));
    }

    /** The one JSON object of {@code --json}. */
    void printJson(Object value) {
        String json = Json.write(value, redaction::apply);
        toOutput(() -> out.println(json));
    }

    /** Both streams may lead to the same terminal. */
    private void toOutput(Runnable print) {
        errorLines.aside(print);
        out.flush();
    }

    private void write(Page page, Terminal.Stream stream, PrintStream to) {
        Paper paper = Paper.of(terminal, stream);
        for (Line line : page.lines()) {
            String picture = stream == Terminal.Stream.OUTPUT ? picture(line) : null;
            to.println(picture == null ? paper.write(line.map(this::shown)) : picture);
        }
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
