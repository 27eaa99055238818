package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
    @Test
    void disarmsWhatATerminalWouldObey() {
        assertEquals("a\uFFFD[31mb\n\tc\uFFFDd", Text.printable("a\u001b[31mb\n\tc\u202Ed"));
    }

    @Test
    void cutsLongLines() {
        assertEquals("abc…", Text.firstLine(" abcdef\nghi", 4));
        assertEquals("abc", Text.firstLine("abc\nghi", 4));
        assertEquals("", Text.firstLine("", 4));
        assertEquals("a; b", Text.oneLine("a \n  b\n", 10));
    }

    @ParameterizedTest
    @CsvSource({"0,0 ms", "999,999 ms", "1000,1.0 s", "2190,2.1 s"})
    void writesTimes(long millis, String text) {
        assertEquals(text, Text.millis(millis));
    }

    @Test
    void counts() {
        assertEquals("1 tool", Text.count(1, "tool"));
        assertEquals("0 tools", Text.count(0, "tool"));
    }
}
