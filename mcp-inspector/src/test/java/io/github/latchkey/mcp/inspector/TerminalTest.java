package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.Terminal.Images;
import io.github.latchkey.mcp.inspector.Terminal.Stream;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TerminalTest {
    @ParameterizedTest(name = "{0} at a terminal: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "TERM=xterm                           | true",
                "''                                   | false",
                "TERM=dumb                            | false",
                "WT_SESSION=1                         | true",
                "TERM=xterm NO_COLOR=1                | false",
                "TERM=xterm NO_COLOR=                 | true",
                "TERM=xterm NO_COLOR=1 CLICOLOR_FORCE=1 | false",
                "TERM=dumb CLICOLOR_FORCE=1           | true",
                "TERM=dumb CLICOLOR_FORCE=0           | false",
            })
    void coloursAreForTerminalsThatWantThem(String environment, boolean hasColours) {
        assertEquals(
                hasColours, terminal(environment, EnumSet.allOf(Stream.class)).hasColours(Stream.OUTPUT));
    }

    @Test
    void aPipeGetsColoursOnlyWhenTheyAreAskedFor() {
        assertFalse(terminal("TERM=xterm", Set.of(Stream.ERROR)).hasColours(Stream.OUTPUT));
        assertTrue(terminal("TERM=xterm", Set.of(Stream.ERROR)).hasColours(Stream.ERROR));
        assertTrue(terminal("CLICOLOR_FORCE=1", Set.of()).hasColours(Stream.OUTPUT));
        assertFalse(terminal("CLICOLOR_FORCE=1", Set.of()).canRedraw(Stream.OUTPUT));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "TERM=xterm, NONE",
        "TERM=xterm-kitty, KITTY",
        "TERM=xterm KITTY_WINDOW_ID=3, KITTY",
        "TERM=xterm-ghostty TERM_PROGRAM=ghostty, KITTY",
        "TERM=xterm TERM_PROGRAM=iTerm.app, ITERM",
        "TERM=xterm TERM_PROGRAM=WezTerm, ITERM",
        "TERM=xterm LC_TERMINAL=iTerm2, ITERM",
        "TERM=xterm TERM_PROGRAM=Apple_Terminal, NONE",
        "TERM=screen LC_TERMINAL=iTerm2 TMUX=/tmp/tmux, NONE",
        "TERM=dumb LC_TERMINAL=iTerm2, NONE",
    })
    void picturesAreForTerminalsThatAreKnownToShowThem(String environment, Images images) {
        assertEquals(images, terminal(environment, EnumSet.allOf(Stream.class)).images());
        assertEquals(Images.NONE, terminal(environment, Set.of(Stream.ERROR)).images());
    }

    @Test
    void theWidthIsAskedForOnceAndOnlyOfATerminal() {
        AtomicInteger asked = new AtomicInteger();
        Terminal terminal = new Terminal(name -> null, stream -> true, () -> 100 + asked.incrementAndGet());
        assertEquals(101, terminal.columns());
        assertEquals(101, terminal.columns());
        assertEquals(80, new Terminal(name -> null, stream -> false, asked::incrementAndGet).columns());
        assertEquals(1, asked.get());
    }

    @Test
    void theWidthThatThePersonNamesGoesFirst() {
        assertEquals(132, terminal("COLUMNS=132", EnumSet.allOf(Stream.class)).columns());
        assertEquals(132, terminal("COLUMNS=132", Set.of()).columns());
        assertEquals(80, terminal("COLUMNS=wide", Set.of()).columns());
        assertEquals(20, terminal("COLUMNS=3", Set.of()).columns(), "narrower is not readable");
    }

    @Test
    void askingTakesAPersonWhoReadsAndOneWhoTypes() {
        assertTrue(terminal("", EnumSet.of(Stream.INPUT, Stream.ERROR)).canAsk());
        assertFalse(terminal("", EnumSet.of(Stream.INPUT, Stream.OUTPUT)).canAsk());
        assertFalse(terminal("", EnumSet.of(Stream.OUTPUT, Stream.ERROR)).canAsk());
    }

    private static Terminal terminal(String environment, Set<Stream> terminals) {
        Map<String, String> variables = Arrays.stream(environment.split(" ", -1))
                .filter(each -> each.contains("="))
                .map(each -> each.split("=", 2))
                .collect(Collectors.toMap(each -> each[0], each -> each[1]));
        return new Terminal(variables::get, terminals::contains, () -> 0);
    }
}
