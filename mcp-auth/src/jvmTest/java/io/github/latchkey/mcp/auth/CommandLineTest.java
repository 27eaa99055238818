package io.github.latchkey.mcp.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    /** What a shell would make something of. */
    private static final AuthorizationUrl URL =
            new AuthorizationUrl("https://as.example/authorize?a=1&b=$(id)%20;c='x'", "http://127.0.0.1:7/callback");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "firefox|firefox",
                "firefox --new-window|firefox,--new-window",
                "  firefox   -P  'my profile' |firefox,-P,my profile",
                "\"/opt/my browser/run\" %s|/opt/my browser/run,%s",
                "a\"b c\"d|ab cd",
                "x ''|x,",
                "x \"it's\"|x,it's",
                "x $HOME;ls|x,$HOME;ls",
            })
    void splitsAsAShellWouldWithoutExpandingAnything(String commandLine, String expected) {
        assertEquals(List.of(expected.split(",", -1)), CommandLine.split(commandLine));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "a 'b", "a \"b"})
    void refusesWhatIsNoCommand(String commandLine) {
        assertThrows(IllegalArgumentException.class, () -> CommandLine.split(commandLine));
    }

    @Test
    void theUrlIsOneArgumentAtTheEndOrWhereItIsWanted() {
        assertEquals(List.of("x", URL.getValue()), new CommandLauncher(List.of("x")).commandFor(URL));
        assertEquals(
                List.of("x", "--app=" + URL.getValue(), "y"),
                new CommandLauncher(List.of("x", "--app=%s", "y")).commandFor(URL));
    }

    @ParameterizedTest
    @CsvSource({
        "Linux,xdg-open",
        "FreeBSD,xdg-open",
        "Mac OS X,open",
        "Darwin,open",
        "Windows 11,rundll32",
    })
    void everySystemHasItsOwnBrowserCommandAndNoneIsAShell(String os, String program) {
        assertEquals(program, CommandLauncher.forSystem(os).commandFor(URL).get(0));
    }

    @Test
    void theCommandRunsWithoutAShell(@TempDir Path folder) throws Exception {
        Path script = folder.resolve("browser");
        Path written = folder.resolve("url");
        Files.writeString(script, "#!/bin/sh\nprintf %s \"$2\" > \"$1\"\necho noise\n");
        assertEquals(true, script.toFile().setExecutable(true));
        BrowserLauncher.command("'" + script + "' '" + written + "'").open(URL);
        assertEquals(URL.getValue(), Files.readString(written));
    }

    @Test
    void aCommandThatFailsOrIsNotThereIsAnIoException() {
        assertThrows(
                IOException.class, () -> BrowserLauncher.command("/bin/false").open(URL));
        assertThrows(
                IOException.class,
                () -> BrowserLauncher.command("/no/such/browser").open(URL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "data:text/html,x",
                "file:///etc/passwd",
                "vbscript:x",
                "http://as.example/authorize",
                "https://user@as.example/",
                "ms-settings:",
                "--help",
            })
    void nothingButHttpsOrLoopbackIsAnAuthorizationUrl(String url) {
        assertThrows(IllegalArgumentException.class, () -> new AuthorizationUrl(url, "http://127.0.0.1:7/callback"));
    }

    @Test
    void anAuthorizationUrlDoesNotShowItsState() {
        assertEquals("https://as.example/authorize", URL.toString());
    }
}
