package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What shares the last line of a terminal. {@code <} stands for the clearing of the line. */
class ErrorLinesTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ErrorLines lines = new ErrorLines(new PrintStream(bytes, true, StandardCharsets.UTF_8));

    @Test
    void aLineGoesAboveWhatMoves() {
        lines.status("1/2");
        lines.print("event");
        lines.status("2/2");
        lines.status("");
        assertEquals("1/2<event\n1/2<2/2<", shown());
    }

    @Test
    void aLineGoesAboveAQuestionWhichIsAskedAnew() {
        lines.ask("name? ");
        lines.print("event");
        lines.answered(true);
        assertEquals("name? \nevent\nname? ", shown());
    }

    @Test
    void whatMovesWaitsForTheAnswer() {
        lines.status("1/2");
        lines.ask("name? ");
        lines.status("2/2");
        lines.answered(false);
        assertEquals("1/2<name? \n2/2", shown());
    }

    @Test
    void theEndLeavesWholeLines() {
        lines.ask("name? ");
        lines.end(true);
        lines.print("interrupted");
        lines.ask("name? ");
        lines.status("1/2");
        assertEquals("name? \ninterrupted\n", shown());
    }

    @Test
    void anInterruptEndsTheLineThatHasItsMark() {
        lines.end(true);
        lines.print("interrupted");
        assertEquals("\ninterrupted\n", shown());
    }

    private String shown() {
        return bytes.toString(StandardCharsets.UTF_8).replace("\r\u001b[K", "<");
    }
}
