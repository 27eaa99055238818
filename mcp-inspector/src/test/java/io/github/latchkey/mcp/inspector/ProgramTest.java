package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.RawJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kotlinx.serialization.json.JsonElement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Command;

/** The command line up to the point where something would be sent. */
class ProgramTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                " | say which command",
                "toolz | there is no command 'toolz'",
                "tools | missing required parameter: 'SERVER'",
                "call http://h/ | missing required parameter: 'TOOL'",
                "tools http://h/ --jsn | there is no option --jsn",
                "tools --jsn | there is no option --jsn",
                "tools ftp://h/ | 'ftp' is not supported",
                "tools http://h/ --timeout 5 | '5' is no duration",
                "tools http://h/ --timeout | missing required parameter for option '--timeout'",
                "tools http://h/ --protocol 1 | '1' is neither auto nor one of",
                "tools http://h/ --bearer a --bearer b | should be specified only once",
                "tools http://h/ --bearer a --scope b | --bearer and --scope exclude each other",
                "tools http://h/ --bearer a@ä | the token of --bearer has",
                "tools http://h/ --non-interactive --open-browser-command x | exclude each other",
                "tools http://h/ --non-interactive --no-browser | exclude each other",
                "tools http://h/ --no-browser --open-browser-command x | exclude each other",
                "tools http://h/ --bearer x --store f | exclude each other",
                "login http://h/ --bearer x | exclude each other",
                "login http://h/ --store none | keeps nothing",
                "whoami http://h/ --store none | nothing to look at",
                "tools http://h/ --client-secret s | --client-secret needs --client-id",
                "tools http://h/ --client-metadata-url http://h/ | clientMetadataUrl",
                "tools http://h/ --header Host=x | Host",
                "tools http://h/ --trace /no/such/folder/file | cannot be written",
                "call http://h/ t x | is written as name=value",
                "call http://h/ t --args [] | is no JSON object",
            })
    void saysWhatIsWrong(String arguments, String message) {
        assertEquals(2, run(arguments == null ? new String[0] : arguments.split(" ", -1)), err());
        assertEquals("", out());
        assertTrue(err().startsWith("latchkey: "), err());
        assertTrue(err().lines().findFirst().orElse("").contains(message), err());
        assertTrue(err().contains("\n  remedy:  "), err());
        assertFalse(err().contains("\tat "), err());
    }

    @ParameterizedTest
    @CsvSource({"toolz,tools", "conect,connect", "dmo,demo"})
    void suggestsTheCommandThatWasMeant(String typed, String meant) {
        assertEquals(2, run(typed));
        assertTrue(err().contains("did you mean '" + meant + "'?"), err());
    }

    @Test
    void doesNotRepeatWhatMayBeAToken() {
        assertEquals(2, run("tools", "http://h/", "--bearer", "Bearer", "secret-token"));
        assertEquals(2, run("tools", "http://h/", "--token=secret-token"));
        assertEquals(2, run("tools", "http://h/", "--bearer", "secret token"));
        assertFalse(err().contains("secret"), err());
    }

    @Test
    void writesUsageErrorsAsJson() {
        assertEquals(2, run("tools", "x", "--json"));
        assertEquals("", err());
        OutputSchema.check(out());
        Map<String, JsonElement> envelope = json(out());
        assertEquals("[ok, command, elapsedMs, error]", envelope.keySet().toString());
        assertEquals("false", text(envelope, "ok"));
        assertEquals("\"tools\"", text(envelope, "command"));
        assertTrue(text(envelope, "error").startsWith("{\"code\":\"usage\",\"message\":"), out());
    }

    @Test
    void takesOptionsBeforeTheCommand() {
        assertEquals(2, run("--json", "tools"));
        assertEquals("\"tools\"", text(json(out()), "command"));
    }

    @Test
    void explainsItself() {
        assertEquals(0, run("--help"));
        assertTrue(out().contains("connect") && out().contains("Exit codes"), out());
        assertEquals(0, run("call", "--help"));
        assertTrue(out().contains("--args=JSON"), out());
        assertEquals("", err());
    }

    @Test
    void tellsItsVersion() {
        assertEquals(0, run("--version", "--json"));
        assertTrue(out().startsWith("latchkey "), out());
    }

    @Test
    void reportsADefectWithoutAStack(@TempDir Path folder) throws IOException {
        Path trace = folder.resolve("trace");
        Console console = new Console(stream(out), stream(err), name -> null);
        int exitCode = new Program(console, Map.of("break", new Broken())).run("break", "--trace", trace.toString());
        assertEquals(1, exitCode);
        assertEquals(
                List.of(
                        "latchkey: this is a defect in latchkey: ArithmeticException: / by zero",
                        "  remedy:  please report it, with the file that --trace writes"),
                err().lines().toList());
        List<String> lines = Files.readAllLines(trace);
        assertEquals(1, lines.size());
        assertTrue(text(json(lines.get(0)), "stack").contains("Broken.run"));
    }

    @Test
    void reportsADefectAsJson() {
        Console console = new Console(stream(out), stream(err), name -> null);
        assertEquals(1, new Program(console, Map.of("break", new Broken())).run("break", "--json"));
        assertTrue(text(json(out()), "error").startsWith("{\"code\":\"internal\","), out());
        assertEquals("", err());
    }

    private int run(String... args) {
        return new Program(new Console(stream(out), stream(err), name -> null), Program.operations()).run(args);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static Map<String, JsonElement> json(String line) {
        assertEquals(1, line.lines().count(), line);
        return Objects.requireNonNull(RawJson.parse(line).toObject());
    }

    private static String text(Map<String, JsonElement> object, String member) {
        return String.valueOf(object.get(member));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    @Command(name = "break")
    private static final class Broken extends Operation {
        @Override
        Outcome run(Invocation invocation) {
            return new Outcome(Map.of(), List.of(), 1 / Integer.parseInt("0"));
        }
    }
}
