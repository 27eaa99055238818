package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordingReaderTest {
    private static final String SENT = "{\"event\":\"message\",\"direction\":\"sent\",\"exchange\":1,"
            + "\"body\":{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}}";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("trace");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"event\":\"mess | is no JSON object",
                "[] | is no JSON object",
                "{} | has no event",
                "{\"event\":7} | has no event",
                "{\"event\":\"message\"} | has no direction",
                "{\"event\":\"message\",\"direction\":\"up\"} | has no direction",
                "{\"event\":\"message\",\"direction\":\"sent\"} | has no JSON-RPC message as its body",
                "{\"event\":\"message\",\"direction\":\"sent\",\"body\":{\"id\":1}} | has no JSON-RPC message as its body",
                "{\"event\":\"message\",\"direction\":\"received\",\"exchange\":9,\"body\":{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}}"
                        + " | belongs to an exchange that is not there",
                "{\"event\":\"exchange.failure\",\"exchange\":9} | belongs to an exchange that is not there",
                "{\"event\":\"exchange.failure\",\"exchange\":1,\"status\":9999} | has a status that is none",
            })
    void saysWhichLineIsBroken(String line, String problem) throws Exception {
        Files.writeString(file, SENT + "\n\n" + line + "\n");
        assertEquals("line 3 of " + file + " " + problem, message());
    }

    @Test
    void refusesWhatWouldOverflowTheStack() throws Exception {
        Files.writeString(file, SENT + "\n{\"event\":" + "[".repeat(1_000_000));
        assertTrue(message().startsWith("line 2 of " + file + " is nested more than"), message());
    }

    @Test
    void refusesWhatIsNoText() throws Exception {
        Files.write(file, (SENT + "\n\u00e9").getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(message().endsWith(" is not UTF-8"), message());
    }

    @Test
    void refusesAFileThatIsTooLarge() throws Exception {
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(RecordingReader.MAX_MEBIBYTES * 1024L * 1024 + 1);
        }
        assertTrue(message().contains("is larger than 32 MiB"), message());
    }

    @Test
    void refusesATraceWithoutMessages() throws Exception {
        Files.writeString(file, "{\"event\":\"negotiation\"}\n");
        assertTrue(message().startsWith("there are no messages in"), message());
        assertTrue(message(folder).contains("cannot be read"));
    }

    @Test
    void ignoresEventsThatItDoesNotKnow() throws Exception {
        Files.writeString(file, "{\"event\":\"later\",\"x\":1}\n" + SENT);
        assertEquals(1, RecordingReader.read(file).exchanges().size());
    }

    private String message() {
        return message(file);
    }

    private static String message(Path file) {
        return String.valueOf(assertThrows(UsageException.class, () -> RecordingReader.read(file))
                .getMessage());
    }
}
