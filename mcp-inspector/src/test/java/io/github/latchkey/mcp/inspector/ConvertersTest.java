package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.ProtocolVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ConvertersTest {
    private static final Console CONSOLE =
            new Console(nowhere(), nowhere(), Map.of("LATCHKEY_TEST_TOKEN", " abc\n", "LATCHKEY_TEST_EMPTY", "")::get);

    @ParameterizedTest
    @CsvSource({"1ms,1", "500ms,500", "6s,6000", "2m,120000", "24h,86400000"})
    void readsDurations(String text, long millis) {
        assertEquals(Duration.ofMillis(millis), Converters.duration(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "0s", "-1s", "1.5s", "1 s", "1S", "25h", "999999999999h", "1d"})
    void refusesOtherDurations(String text) {
        String message = refusal(() -> Converters.duration(text));
        assertTrue(message.startsWith("'" + text + "' is "), message);
    }

    @Test
    void takesSecretsAsTheyAre() {
        assertEquals("abc", Converters.secret("abc", CONSOLE).value());
    }

    @Test
    void takesSecretsFromTheEnvironment() {
        assertEquals(
                "abc", Converters.secret("env:LATCHKEY_TEST_TOKEN", CONSOLE).value());
    }

    @Test
    void takesSecretsFromFiles(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "abc\n");
        assertEquals("abc", Converters.secret("@" + file, CONSOLE).value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "env:LATCHKEY_TEST_EMPTY", "env:LATCHKEY_TEST_NONE", "@/no/such/file", "@"})
    void refusesSecretsThatAreNotThere(String text) {
        assertFalse(refusal(() -> Converters.secret(text, CONSOLE)).isBlank());
    }

    @Test
    void showsNoSecrets() {
        assertEquals("***", Converters.secret("abc", CONSOLE).toString());
        assertEquals("X-Api-Key", Converters.header("X-Api-Key=abc").toString());
    }

    @Test
    void splitsHeadersAtTheFirstEqualsSign() {
        Converters.Header header = Converters.header("X-Query=a=b; c");
        assertEquals("X-Query", header.name());
        assertEquals("a=b; c", header.value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Api-Key", "=abc", "X Key=abc", "X-Key=sécret", "X-Key=secret\r\nX-Other: 1"})
    void refusesOtherHeadersWithoutTheirValue(String text) {
        String message = refusal(() -> Converters.header(text));
        assertFalse(message.contains("cret"), message);
    }

    @Test
    void readsProtocols() {
        assertEquals(
                Set.of(ProtocolVersion.values()), Converters.protocol("auto").versions());
        assertEquals(
                Set.of(ProtocolVersion.V2025_06_18),
                Converters.protocol("2025-06-18").versions());
    }

    @Test
    void namesTheProtocolsThatThereAre() {
        assertTrue(refusal(() -> Converters.protocol("2025")).contains("2026-07-28"));
    }

    private static String refusal(Runnable conversion) {
        return String.valueOf(
                assertThrows(TypeConversionException.class, conversion::run).getMessage());
    }

    private static PrintStream nowhere() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }
}
