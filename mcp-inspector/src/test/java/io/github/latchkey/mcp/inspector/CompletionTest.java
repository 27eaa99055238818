package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompletionTest {
    /** What the person typed so far stands in the place of {@code latchkey} as {@code $1}; what bash would offer is printed. */
    private static final String COMPLETE = """
            source "$0" || exit 1
            latchkey() { [ "$1 $2" = "servers --names" ] && printf '%s\\n' everything 'my server'; }
            for line in "$@"; do
              COMP_LINE=$line COMP_POINT=${#line}
              _latchkey
              printf '%s|' "${COMPREPLY[@]}"
              echo
            done
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void bashCompletesCommandsOptionsValuesAndServers() throws Exception {
        Map<String, String> expected = Map.ofEntries(
                Map.entry("latchkey rea", "read|"),
                Map.entry("latchkey --json to", "tools|"),
                Map.entry("latchkey --bearer x who", "whoami|"),
                Map.entry("latchkey tools ", "stdio:|everything|my\\ server|"),
                Map.entry("latchkey tools --json every", "everything|"),
                Map.entry("latchkey call everything --ove", "--overwrite|"),
                Map.entry("latchkey tools x --protocol 2025-11", "2025-11-25|"),
                Map.entry("latchkey completion f", "fish|"),
                Map.entry("latchkey tools stdio: -- nod", "|"));
        List<String> lines = List.copyOf(expected.keySet());
        List<String> offered = shell("bash", "-c", COMPLETE, script("bash").toString(), lines);
        for (int i = 0; i < lines.size(); i++) assertEquals(expected.get(lines.get(i)), offered.get(i), lines.get(i));
    }

    @Test
    void zshAndFishUnderstandTheirScripts() throws Exception {
        for (String shell : List.of("zsh", "fish")) {
            Path script = script(shell);
            assertTrue(Files.readString(script).contains("Calls a tool and prints its result"), shell);
            if (isThere(shell)) shell(shell, "-n", script.toString(), "", List.of());
        }
    }

    private Path script(String shell) throws IOException {
        InProcess run = InProcess.run(Map.of(), "completion", shell);
        assertEquals(0, run.exitCode(), run.err());
        return Files.writeString(folder.resolve("latchkey." + shell), run.out());
    }

    private List<String> shell(String shell, String option, String script, String name, List<String> arguments)
            throws IOException, InterruptedException {
        Assumptions.assumeTrue(isThere(shell), shell + " is not there");
        ProcessBuilder builder = new ProcessBuilder(shell, option, script);
        if (!name.isEmpty()) builder.command().add(name);
        builder.command().addAll(arguments);
        Process process =
                builder.directory(folder.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output.lines().toList();
    }

    private static boolean isThere(String program) {
        return List.of("/bin", "/usr/bin", "/usr/local/bin").stream()
                .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    }
}
