package io.github.latchkey.mcp.inspector.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of {@code docs/doctor.md} has every cause, in the same order, and no other. */
class DoctorPageTest {
    private static final Pattern ROW = Pattern.compile("\\| `([a-z_]+)` \\| [^|]+ \\| ([a-z ]+) \\| [^|]+ \\|");

    @Test
    void explainsEveryCause() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("..", "docs", "doctor.md")).stream()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> row.group(1) + ": " + row.group(2))
                .toList();
        List<String> causes = Arrays.stream(Cause.values())
                .map(cause -> cause.id() + ": " + cause.fault().id().replace('_', ' '))
                .toList();
        assertEquals(String.join("\n", causes), String.join("\n", rows));
    }
}
