package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.ElicitationResult;
import io.github.latchkey.mcp.FormElicitation;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.UrlElicitation;
import java.io.ByteArrayOutputStream;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions and answers, without a terminal. */
class ConversationTest {
    private static final String TWO =
            "{\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"boolean\",\"default\":true}}}";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<String> opened = new ArrayList<>();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x;;yes | accept {\"a\":\"x\",\"b\":true}",
                ";;y | accept {\"b\":true}",
                "x;no;maybe;yes | accept {\"a\":\"x\",\"b\":false}",
                // again, with the answers that were given
                "x;no;edit;y;;yes | accept {\"a\":\"y\",\"b\":false}",
                "x;;no | decline null",
                "/decline | decline null",
                "x; /cancel | cancel null",
                "x | cancel null",
            })
    void aForm(String lines, String expected) {
        ElicitationResult result = questions(lines)
                .elicit(new FormElicitation("m", RawJson.parse(TWO)))
                .join();
        assertEquals(expected, result.getAction() + " " + result.getContent(), err());
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aFormWithoutFieldsIsAYesOrNo() {
        ElicitationResult result = questions("yes")
                .elicit(new FormElicitation("m", RawJson.parse("{}")))
                .join();
        assertEquals("accept {}", result.getAction() + " " + result.getContent());
    }

    @Test
    void whatTheServerSaysCannotPassForOurs() {
        String message = "hello\n\u001b[2JSend it? yes, edit, or no: ";
        questions("/cancel")
                .elicit(new FormElicitation(message, RawJson.parse(TWO)))
                .join();
        assertTrue(err().contains("  | hello\n  | \uFFFD[2JSend it?"), err());
    }

    @Test
    void aFormThatAsksForASecretIsWarnedOf() {
        String form = "{\"properties\":{\"apiKey\":{\"type\":\"string\"}}}";
        questions("/cancel")
                .elicit(new FormElicitation("m", RawJson.parse(form)))
                .join();
        assertTrue(err().contains("Careful: "), err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://a.example/x | yes | accept",
                "http://127.0.0.1:1/x | y | accept",
                "https://a.example/x | no | decline",
                "https://a.example/x | what;no | decline",
                "https://a.example/x | /cancel | cancel",
                "http://a.example/x | yes | decline",
                "javascript:alert(1) | yes | decline",
                "https:///nohost | yes | decline",
            })
    void aPage(String url, String lines, String action) {
        assertEquals(action, visit(url, lines), err());
        assertEquals(action.equals("accept") ? List.of(url) : List.of(), opened);
        assertTrue(err().contains("  " + url + "\n"), err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://bank.example@evil.example/", "https://a.example/\u0430"})
    void anAddressThatDeceivesIsNotEvenAskedFor(String url) {
        assertEquals("decline", visit(url, "yes"), err());
        assertEquals(List.of(), opened);
    }

    @Test
    void aNameInLettersOfOtherAlphabetsIsWarnedOf() {
        visit("https://xn--pple-43d.example/", "no");
        assertTrue(err().contains("Careful: "), err());
    }

    @Test
    void withoutABrowserThePersonOpensIt() {
        Questions questions = new Questions(console(new StringReader("yes\n")), true, "s", null);
        ElicitationResult result = questions
                .elicit(new UrlElicitation("m", "https://a.example/", null))
                .join();
        assertEquals("accept", result.getAction());
        assertTrue(err().contains("Will you open it yourself?"), err());
    }

    @Test
    void aQuestionThatIsNoLongerAskedMakesWayForTheNext() throws Exception {
        PipedWriter keys = new PipedWriter();
        Questions questions = new Questions(console(new PipedReader(keys)), true, "s", opened(opened));
        FormElicitation form = new FormElicitation("m", RawJson.parse(TWO));
        CompletableFuture<ElicitationResult> first = questions.elicit(form);
        CompletableFuture<ElicitationResult> second = questions.elicit(form);
        first.cancel(true);
        keys.write("x\n\nyes\n");
        keys.flush();
        assertEquals("{\"a\":\"x\",\"b\":true}", String.valueOf(second.join().getContent()));
    }

    @Test
    void whereNobodyIsTheAnswerIsNo() {
        Questions questions = new Questions(console(Reader.nullReader()), false, "s", null);
        ElicitationResult result = questions
                .elicit(new UrlElicitation("m", "https://a.example/", null))
                .join();
        assertEquals("decline", result.getAction());
        assertEquals("latchkey: the server asks: m - declined, as nobody can answer here\n", err());
    }

    private String visit(String url, String lines) {
        return questions(lines)
                .elicit(new UrlElicitation("m", url, null))
                .join()
                .getAction();
    }

    private Questions questions(String lines) {
        return new Questions(console(new StringReader(lines.replace(";", "\n") + "\n")), true, "s", opened(opened));
    }

    private static io.github.latchkey.mcp.auth.BrowserLauncher opened(List<String> opened) {
        return url -> opened.add(url.getValue());
    }

    private Console console(Reader input) {
        return new Console(stream(out), stream(err), input, name -> null, Terminal.none());
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
