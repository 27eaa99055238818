package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.latchkey.mcp.JsonSchemaValidator;
import io.github.latchkey.mcp.PreparedSchema;
import io.github.latchkey.mcp.RawJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The published schema of {@code --json}, which whatever a test gets from a command is held against. */
final class OutputSchema {
    private static final PreparedSchema SCHEMA = load();

    private OutputSchema() {}

    static void check(String output) {
        List<String> problems = SCHEMA.problems(RawJson.parse(output).toElement());
        assertEquals(List.of(), problems, output);
    }

    private static PreparedSchema load() {
        return new JsonSchemaValidator().prepare(RawJson.parse(text()));
    }

    static String text() {
        try {
            return Files.readString(Path.of("schema", "output.schema.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
