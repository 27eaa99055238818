package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class HelpTest {
    private static final List<String> OF_EVERY_SESSION = List.of(
            "--json --bearer --header --client-id --client-secret --client-metadata-url --scope --non-interactive --no-browser"
                    .split(" ", -1));
    private static final List<String> OF_EVERY_CONNECTION = List.of(
            "--open-browser-command --timeout --protocol --store --proxy --ca --trace --verbose".split(" ", -1));

    @Test
    void everyCommandHasExamplesThatAreUnderstood() {
        Examples.commandLine().getSubcommands().forEach((name, command) -> {
            List<String> examples = Examples.of(command);
            assertFalse(examples.isEmpty(), name);
            for (String example : examples) {
                List<String> arguments = Examples.arguments(example);
                int end = arguments.indexOf("--");
                List<String> own = end < 0 ? arguments : arguments.subList(0, end);
                assertTrue(own.contains(name), example);
                Examples.commandLine().parseArgs(own.toArray(String[]::new));
            }
        });
    }

    @Test
    void everyCommandThatConnectsHasTheCommonOptions() {
        for (CommandLine command : Examples.commandLine().getSubcommands().values()) {
            if (!(command.getCommand() instanceof SessionOperation)) continue;
            List<String> missing = new ArrayList<>(OF_EVERY_SESSION);
            missing.addAll(OF_EVERY_CONNECTION);
            missing.removeAll(command.getCommandSpec().optionsMap().keySet());
            assertEquals(List.of(), missing, command.getCommandName());
        }
    }

    @Test
    void theHelpGroupsAllCommands() {
        String help = InProcess.run(Map.of(), "--help").out();
        for (String name : Examples.commandLine().getSubcommands().keySet()) {
            assertTrue(help.contains("\n  " + name + " "), name);
        }
        assertTrue(help.contains("\nUse it\n  call "), help);
        assertFalse(help.contains("\u001b") || help.contains("\uFFFD"), help);
    }

    @Test
    void theHelpOfACommandGroupsItsOptions() {
        String help = InProcess.run(Map.of(), "call", "--help").out();
        assertTrue(help.startsWith("Usage: latchkey call [OPTIONS] SERVER TOOL [K=V...]\n"), help);
        for (String title : List.of("\nOptions\n", "\nConnection\n", "\nSign-in\n", "\nOutput\n", "\nExamples:\n")) {
            assertTrue(help.contains(title), title);
        }
    }

    @Test
    void optionsMayStandBeforeBetweenAndBehind() {
        List<String> server = List.of("http://127.0.0.1:1/mcp");
        for (String order : List.of("O tools S", "tools O S", "tools S O")) {
            List<String> arguments = new ArrayList<>();
            for (String part : order.split(" ", -1)) {
                if (part.equals("O")) arguments.addAll(List.of("--json", "--bearer", "x", "--scope=y"));
                else arguments.addAll(part.equals("S") ? server : List.of(part));
            }
            InProcess run = InProcess.run(Map.of(), arguments.toArray(String[]::new));
            assertEquals(2, run.exitCode(), order + run);
            assertTrue(run.out().contains("\"command\":\"tools\""), run.out());
            assertTrue(run.out().contains("--bearer and --scope exclude each other"), run.out());
        }
    }

    @Test
    void anOptionThatTheCommandHasNotIsToldWhereverItStands() {
        InProcess run = InProcess.run(Map.of(), "--bearer", "secret-token", "servers");
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("there is no option --bearer"), run.err());
        assertFalse(run.err().contains("secret"), run.err());
    }

    @Test
    void suggestsWhatWasMeant() {
        assertTrue(InProcess.run(Map.of(), "tools", "http://h/", "--timeut", "2s")
                .err()
                .contains("did you mean '--timeout'?"));
        assertTrue(InProcess.run(Map.of(), "promts", "http://h/").err().contains("did you mean 'prompts'"));
        InProcess run = InProcess.run(Map.of(), "https://h/mcp?key=secret");
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("latchkey connect SERVER") && !run.err().contains("secret"), run.err());
    }

    @Test
    void theSchemaOfTheOutputKnowsEveryCommandAndCode() throws Exception {
        String schema = OutputSchema.text();
        TreeSet<String> missing =
                new TreeSet<>(Examples.commandLine().getSubcommands().keySet());
        for (ErrorCode code : ErrorCode.values()) missing.add(code.getId());
        missing.removeIf(word -> schema.contains("\"" + word + "\""));
        assertEquals(new TreeSet<String>(), missing);
    }
}
