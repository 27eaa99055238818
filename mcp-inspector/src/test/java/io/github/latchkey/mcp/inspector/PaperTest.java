package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.Terminal.Stream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PaperTest {
    private static final String LONG = "Searches all that is known, and finds what was meant rather than said";

    @Test
    void aPipeGetsPlainLines() {
        Page page =
                new Page().heading("1 tool").item("search", "(query: string)").description(LONG + "\nMore.");
        assertEquals(
                List.of("1 tool", "  search(query: string)", "      " + LONG),
                page.lines().stream().map(new Paper(0, false)::write).toList());
    }

    @Test
    void rowsAreAligned() {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("a:", "one\ntwo");
        rows.put("long:", "three");
        assertEquals("  a:     one\n         two\n  long:  three", write(new Page().rows(rows), new Paper(0, false)));
    }

    @Test
    void aTerminalGetsLinesThatFitAndASignThatThereIsMore() {
        Page page = new Page().item("search", "(query: string)").description(LONG + "\nMore.");
        List<String> expected = List.of(
                "  search(query: string)",
                "      Searches all that is known, and",
                "      finds what was meant rather than",
                "      said …");
        assertEquals(expected, write(page, new Paper(40, false)).lines().toList());
    }

    @Test
    void valuesStayInTheirColumn() {
        Page page = new Page().rows(Map.of("remedy:", "allow it more time with --timeout"));
        assertEquals(
                "  remedy:  allow it more\n           time with\n           --timeout",
                write(page, new Paper(26, false)));
    }

    @Test
    void whatCannotBeBrokenStaysWhole() {
        String url = "https://host.example/a/very/long/path/that/somebody/copies";
        assertEquals("  at:  " + url, write(new Page().rows(Map.of("at:", url)), new Paper(30, false)));
        assertEquals(LONG, write(Page.of(List.of(LONG)), new Paper(30, false)), "a server's text is not set anew");
    }

    @Test
    void wideCharactersTakeTwoCells() {
        Page page = new Page().add(Line.begin(2).add("検索 検索 検索").line());
        assertEquals("検索 検索\n  検索", write(page, new Paper(10, false)));
    }

    @Test
    void aTerminalGetsColours() {
        Page page = new Page().item("search", "(query: string)");
        assertEquals("  \u001b[1;36msearch\u001b[0m\u001b[2m(query: string)\u001b[0m", write(page, new Paper(0, true)));
    }

    @Test
    void nothingOfAServerReachesTheTerminalAsACommandAndNoSecretIsShown() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        Terminal terminal =
                new Terminal(name -> name.equals("TERM") ? "xterm" : null, each -> each == Stream.OUTPUT, () -> 20);
        Console console = new Console(stream, stream, Reader.nullReader(), name -> null, terminal);
        console.redaction().hide("a-secret-of-some-length");
        console.print(new Page().item("\u001b[2Jevil", "").description("it is a-secret-of-some-length"));
        String shown = out.toString(StandardCharsets.UTF_8);
        assertTrue(shown.contains("\u001b[1;36m\uFFFD[2Jevil\u001b[0m"), shown);
        assertTrue(shown.contains("      it is ***"), shown);
    }

    private static String write(Page page, Paper paper) {
        return String.join("\n", page.lines().stream().map(paper::write).toList());
    }
}
