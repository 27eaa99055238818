package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples in the help do what they promise, with the reference server as {@code everything}. */
final class ExamplesIT {
    /** A browser, a file that --trace has written. */
    private static final List<String> NEED_MORE = List.of("demo", "replay");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void theyWorkForPeopleAndForPrograms() throws Exception {
        try (EverythingServer server = EverythingServer.start()) {
            Path config = Files.createDirectories(folder.resolve("latchkey"));
            String file = "{\"mcpServers\":{\"everything\":{\"url\":\"" + server.url() + "\"}}}";
            Files.writeString(config.resolve("mcp.json"), file);
            int tried = 0;
            for (String example : local()) {
                List<String> arguments = inFolder(Examples.arguments(example));
                if (!arguments.contains("--json")) {
                    run(example, arguments, false);
                    arguments.add("--json");
                }
                run(example, arguments, true);
                tried++;
            }
            assertTrue(tried > 15, "examples: " + tried);
            assertTrue(Files.exists(folder.resolve("logo.png")));
        }
    }

    /** Those that need nothing else than this server. */
    private static List<String> local() {
        List<String> examples = new ArrayList<>();
        Examples.commandLine()
                .getSubcommands()
                .forEach((name, command) -> Examples.of(command).stream()
                        .filter(each ->
                                !NEED_MORE.contains(name) && !each.contains("example.com") && !each.contains("stdio:"))
                        .forEach(examples::add));
        return examples;
    }

    private List<String> inFolder(List<String> arguments) {
        List<String> moved = new ArrayList<>(arguments);
        int out = moved.indexOf("--out");
        if (out >= 0) moved.set(out + 1, folder.resolve(moved.get(out + 1)).toString());
        return moved;
    }

    private void run(String example, List<String> arguments, boolean isJson) {
        InProcess run = InProcess.run(Map.of("XDG_CONFIG_HOME", folder.toString()), arguments.toArray(String[]::new));
        assertEquals(0, run.exitCode(), example + ": " + run);
        assertEquals("", run.err(), example);
        assertFalse(run.out().isBlank() || run.out().contains("\u001b"), example + ": " + run);
        assertEquals(isJson, run.out().startsWith("{\"ok\":true,"), example + ": " + run);
    }
}
