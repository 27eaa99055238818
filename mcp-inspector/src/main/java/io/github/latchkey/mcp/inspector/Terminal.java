package io.github.latchkey.mcp.inspector;

import java.util.Set;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the terminal at the standard streams can do. Nothing is looked up before somebody asks, and everything only once, so that a
 * command that prints one line to a pipe pays nothing for it. Thread-safe.
 */
final class Terminal {
    /** A stream of the process, by the number that the system gives it. */
    enum Stream {
        INPUT(0),
        OUTPUT(1),
        ERROR(2);

        private final int descriptor;

        Stream(int descriptor) {
            this.descriptor = descriptor;
        }

        int descriptor() {
            return descriptor;
        }
    }

    /** How pictures are shown between the lines of text. */
    enum Images {
        NONE,
        /** The graphics protocol of kitty, which Ghostty speaks, too. */
        KITTY,
        /** The inline images of iTerm2, which WezTerm shows, too. */
        ITERM
    }

    /** Wide enough to read, and what a terminal has that does not say how wide it is. */
    static final int DEFAULT_COLUMNS = 80;

    private static final int MIN_COLUMNS = 20;
    private static final Set<String> ITERM_PROGRAMS = Set.of("iTerm.app", "WezTerm");

    private final Function<String, @Nullable String> environment;
    private final Predicate<Stream> isTerminal;
    private final IntSupplier ask;
    private volatile int columns;

    /**
     * @param isTerminal whether a stream leads to a terminal
     * @param ask the width of that terminal; 0 if it does not say
     */
    Terminal(Function<String, @Nullable String> environment, Predicate<Stream> isTerminal, IntSupplier ask) {
        this.environment = environment;
        this.isTerminal = isTerminal;
        this.ask = ask;
    }

    /** The terminal of this process. */
    static Terminal ofProcess() {
        TerminalDevice device = new TerminalDevice();
        return new Terminal(System::getenv, device::isTerminal, device::columns);
    }

    /** No terminal at all: files and pipes. */
    static Terminal none() {
        return new Terminal(name -> null, stream -> false, () -> 0);
    }

    /** Whether a person is at the other end of {@code stream}. */
    boolean isPerson(Stream stream) {
        return isTerminal.test(stream);
    }

    /** Whether a person reads standard error and can be asked on standard input. */
    boolean canAsk() {
        return isPerson(Stream.INPUT) && isPerson(Stream.ERROR);
    }

    /** Whether lines on {@code stream} may be coloured (https://no-color.org, https://bixense.com/clicolors). */
    boolean hasColours(Stream stream) {
        if (isSet("NO_COLOR")) return false;
        if (isSet("CLICOLOR_FORCE") && !"0".equals(environment.apply("CLICOLOR_FORCE"))) return true;
        return canRedraw(stream);
    }

    /** Whether {@code stream} goes to a person whose terminal understands escape sequences, so that a line can be written anew. */
    boolean canRedraw(Stream stream) {
        return isPerson(stream) && !isDumb();
    }

    /** The width of the terminal, in cells. */
    int columns() {
        int known = columns;
        if (known == 0) {
            known = Math.max(MIN_COLUMNS, measured());
            columns = known;
        }
        return known;
    }

    /** How standard output shows pictures. */
    Images images() {
        if (!canRedraw(Stream.OUTPUT)) return Images.NONE;
        // Multiplexers take the sequences for themselves.
        if (isSet("TMUX") || isSet("STY")) return Images.NONE;
        if (isSet("KITTY_WINDOW_ID") || "xterm-kitty".equals(environment.apply("TERM"))) return Images.KITTY;
        String program = environment.apply("TERM_PROGRAM");
        if ("ghostty".equals(program)) return Images.KITTY;
        boolean isIterm = program != null && ITERM_PROGRAMS.contains(program);
        // This one passes through ssh.
        return isIterm || "iTerm2".equals(environment.apply("LC_TERMINAL")) ? Images.ITERM : Images.NONE;
    }

    private int measured() {
        String given = environment.apply("COLUMNS");
        if (given != null && given.matches("[1-9][0-9]{0,3}")) return Integer.parseInt(given);
        boolean hasTerminal = isPerson(Stream.OUTPUT) || isPerson(Stream.ERROR);
        int told = hasTerminal ? ask.getAsInt() : 0;
        return told == 0 ? DEFAULT_COLUMNS : told;
    }

    private boolean isDumb() {
        if ("dumb".equals(environment.apply("TERM"))) return true;
        // Elsewhere a terminal has a name. On Windows the newer ones announce themselves, and old ones print the
        // sequences.
        return !isSet("TERM") && !isSet("WT_SESSION") && !"ON".equals(environment.apply("ConEmuANSI"));
    }

    private boolean isSet(String name) {
        String value = environment.apply(name);
        return value != null && !value.isEmpty();
    }
}
